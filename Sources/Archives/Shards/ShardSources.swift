package import Files
internal import Glibc

/// The sources of the normalized shards of a directory, as digests, which link the two sets.
///
/// With statistics by utterance, a shard depends on its raw record. With statistics by speaker or of the
/// whole corpus, it depends on all raw records, which contain the checksums of the statistics.
package struct ShardSources: Equatable, Sendable {
  private enum Digests: Equatable {
    case ofShards([String?])
    case ofDirectory(String?)
  }

  private let digests: Digests

  /// Reads the last line of every raw record.
  ///
  /// - Throws: `system`, or the error of `checkpoint`.
  package init(
    of directory: OutputDirectory, checkpoint: Checkpoint = throwIfCancelled
  ) throws(FileError) {
    var found: [String?] = []
    for number in 0..<directory.shardCount {
      try checkpoint(0)
      found.append(try directory.recordDigest(ofShard: number))
    }
    guard directory.configuration.normalizedFrom == .directory else {
      digests = .ofShards(found)
      return
    }
    let all = found.compactMap(\.self)
    digests = .ofDirectory(
      all.count == found.count ? try sha256(Array(all.joined(separator: "\n").utf8)) : nil)
  }

  /// The digest of the sources of a shard; nil if a raw record is missing.
  package func source(ofShard number: Int) -> String? {
    switch digests {
    case .ofShards(let digests): digests.indices.contains(number) ? digests[number] : nil
    case .ofDirectory(let digest): digest
    }
  }
}

extension OutputDirectory {
  /// The digest in a raw record, unchecked; nil if there is no record or no digest.
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
