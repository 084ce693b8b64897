package import Files
internal import Glibc

/// A fault of a committed shard.
package enum ShardFault: Equatable, Sendable {
  /// The record is malformed.
  case recordDamaged(FileError)
  /// The record belongs to another shard or configuration.
  case recordForeign(path: String)
  /// The raw features or statistics of normalized features have changed.
  case sourceDiffers(path: String)
  case fileMissing(path: String)
  case sizeDiffers(path: String, expected: Int64, found: Int64)
  case checksumDiffers(path: String, expected: String, found: String)
}

/// The state of a shard in a directory.
package enum ShardState: Equatable, Sendable {
  case missing
  case committed(ShardRecord)
  case wrong([ShardFault])
}

/// The state of all shards of a directory, by number.
package struct DirectoryStatus: Equatable, Sendable {
  package var committed: [Int] = []
  package var missing: [Int] = []
  package var wrong: [Wrong] = []
  /// Totals over the committed shards.
  package var utterances = 0
  package var rejects = 0
  package var warnings = 0
  package var frames: Int64 = 0
  package var samples: Int64 = 0
  package var bytes: Int64 = 0

  package struct Wrong: Equatable, Sendable {
    package var shard: Int
    package var faults: [ShardFault]
  }

  package init() {}

  /// Adds a shard, in order of numbers.
  package mutating func add(_ state: ShardState, ofShard number: Int) {
    switch state {
    case .missing: missing.append(number)
    case .wrong(let faults): wrong.append(Wrong(shard: number, faults: faults))
    case .committed(let record):
      committed.append(number)
      utterances += record.utterances.count
      rejects += record.rejects.count
      warnings += record.warnings.count
      frames &+= record.frameCount
      samples &+= record.sampleCount
      bytes &+= record.files.reduce(0) { $0 &+ $1.bytes }
    }
  }

  package var isWhole: Bool { missing.isEmpty && wrong.isEmpty }

  /// The shards of `part` that remain to be done.
  package func todo(part: ShardPart = .whole) -> [Int] {
    (missing + wrong.map(\.shard)).filter(part.holds).sorted()
  }
}

extension OutputDirectory {
  /// The state of a shard from its record, sizes, and, unless trusted, checksums.
  ///
  /// Safe to call for several shards at once.
  ///
  /// - Parameters:
  ///   - sources: the sources of the normalized set; if nil, they are read from all records.
  ///   - checkpoint: called at least every 256 KiB with the number of bytes verified since the last call.
  /// - Throws: `system` if an existing file cannot be read; `cancelled`, or the error of `checkpoint`.
  package func state(
    ofShard number: Int, set: ShardSet = .raw, sources: ShardSources? = nil, verifyingChecksums: Bool,
    checkpoint: Checkpoint = throwIfCancelled
  ) throws(FileError) -> ShardState {
    let name = ShardRecord.path(ofShard: number, set: set)
    guard let bytes = try store.contents(of: absolutePath(of: name)) else { return .missing }
    let record: ShardRecord
    do {
      record = try ShardRecord(bytes: bytes, path: name)
    } catch .malformed(let path, let offset, let expected, let found) {
      return .wrong([
        .recordDamaged(.malformed(path: path, offset: offset, expected: expected, found: found))
      ])
    }
    guard record.shard == number, record.set == set, record.configurationSHA256 == configurationSHA256 else {
      return .wrong([.recordForeign(path: name)])
    }
    if set == .normalized {
      let expected: ShardSources
      if let sources {
        expected = sources
      } else {
        expected = try ShardSources(of: self, checkpoint: checkpoint)
      }
      guard let source = record.sourceSHA256, source == expected.source(ofShard: number) else {
        return .wrong([.sourceDiffers(path: name)])
      }
    }
    var faults: [ShardFault] = []
    for file in record.files {
      try checkpoint(0)
      if let fault = try fault(
        of: file, at: absolutePath(of: file.path), verifyingChecksums: verifyingChecksums,
        checkpoint: checkpoint)
      {
        faults.append(fault)
      }
    }
    return faults.isEmpty ? .committed(record) : .wrong(faults)
  }

  /// The state of all shards of `part`.
  ///
  /// - Parameters:
  ///   - checkpoint: as for one shard.
  ///   - progress: called after each shard with its number.
  package func status(
    part: ShardPart = .whole, set: ShardSet = .raw, verifyingChecksums: Bool,
    progress: (Int) -> Void = { _ in }, checkpoint: Checkpoint = throwIfCancelled
  ) throws(FileError) -> DirectoryStatus {
    var status = DirectoryStatus()
    let sources = set == .raw ? nil : try ShardSources(of: self, checkpoint: checkpoint)
    for number in 0..<shardCount where part.holds(number) {
      status.add(
        try state(
          ofShard: number, set: set, sources: sources, verifyingChecksums: verifyingChecksums,
          checkpoint: checkpoint),
        ofShard: number)
      progress(number)
    }
    return status
  }

  /// The record of a committed shard.
  package func record(ofShard number: Int, set: ShardSet = .raw) throws(FileError) -> ShardRecord? {
    let name = ShardRecord.path(ofShard: number, set: set)
    guard let bytes = try store.contents(of: absolutePath(of: name)) else { return nil }
    return try ShardRecord(bytes: bytes, path: name)
  }

  func fault(
    of file: ShardRecord.File, at path: String, verifyingChecksums: Bool,
    checkpoint: Checkpoint = throwIfCancelled
  ) throws(FileError) -> ShardFault? {
    guard let status = try store.status(path), status.isRegular else { return .fileMissing(path: file.path) }
    guard status.bytes == file.bytes else {
      return .sizeDiffers(path: file.path, expected: file.bytes, found: status.bytes)
    }
    guard verifyingChecksums else { return nil }
    let descriptor = try store.open(path, flags: O_RDONLY)
    defer { store.close(descriptor) }
    let found: String
    do {
      found = try sha256(of: descriptor, bytes: file.bytes, path: path, store: store, checkpoint: checkpoint)
    } catch .malformed(_, let offset, _, _) {
      return .sizeDiffers(path: file.path, expected: file.bytes, found: offset)
    }
    return found == file.sha256
      ? nil : .checksumDiffers(path: file.path, expected: file.sha256, found: found)
  }
}
