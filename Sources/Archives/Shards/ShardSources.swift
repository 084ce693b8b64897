package import Files
internal import Glibc

/// What the normalised shards of a directory are to be made of, as digests: the tie between the two sets.
///
/// With statistics of the utterance a shard hangs on its own raw record. With statistics of speakers or of
/// everything it hangs on all raw records, which name the files of statistics with their checksums.
package struct ShardSources: Equatable, Sendable {
  private enum Digests: Equatable {
    case ofShards([String?])
    case ofDirectory(String?)
  }

  private let digests: Digests

  /// Reads the last line of every raw record.
  ///
  /// - Throws: `system`, or what `checkpoint` throws.
  package init(
    of directory: OutputDirectory, checkpoint: Checkpoint = throwIfCancelled
  ) throws(FileError) {
    var found: [String?] = []
    for number in 0..<directory.shardCount {
      try checkpoint(0)
      found.append(try directory.recordDigest(ofShard: number))
    }
    guard directory.configuration.normalisedFrom == .directory else {
      digests = .ofShards(found)
      return
    }
    let all = found.compactMap(\.self)
    digests = .ofDirectory(
      all.count == found.count ? try sha256(Array(all.joined(separator: "\n").utf8)) : nil)
  }

  /// The digest for one shard; nil while a raw record that it hangs on is missing.
  package func source(ofShard number: Int) -> String? {
    switch digests {
    case .ofShards(let digests): digests.indices.contains(number) ? digests[number] : nil
    case .ofDirectory(let digest): digest
    }
  }
}

extension OutputDirectory {
  /// The digest that a raw record says it has; nil when there is no record or no digest in it.
  func recordDigest(ofShard number: Int) throws(FileError) -> String? {
    let path = absolutePath(of: ShardRecord.path(ofShard: number))
    guard let status = try store.status(path), status.isRegular else { return nil }
    let descriptor: Int32
    do {
      descriptor = try store.open(path, flags: O_RDONLY)
    } catch .system(_, _, let code) where code == ENOENT {
      return nil
    }
    defer { store.close(descriptor) }
    let tail = UnsafeMutableRawBufferPointer.allocate(byteCount: 128, alignment: 8)
    defer { tail.deallocate() }
    let count = try store.read(descriptor, into: tail, at: max(0, status.bytes - 128), path: path)
    return ShardRecord.digest(inLastBytes: Array(tail[..<count])[...])
  }
}
