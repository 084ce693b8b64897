import Files
internal import Glibc

/// The indexes of a directory during their creation: temporary files, all renamed at the end.
///
/// An index that already has the same bytes is not replaced, so a second run writes nothing.
final class IndexFiles {
  private let directory: OutputDirectory
  private var files: [String: TemporaryFile] = [:]
  private var left: Set<String> = []

  init(directory: OutputDirectory) { self.directory = directory }

  /// Makes an index, even if nothing will be appended to it.
  func make(_ name: String) throws(ArchiveError) {
    if files[name] != nil { return }
    files[name] = try ArchiveError.onFiles { () throws(FileError) in
      try TemporaryFile(
        path: directory.temporaryPath("index"), store: directory.store, limit: WriteBuffer.features)
    }
  }

  func append(_ bytes: [UInt8], to name: String) throws(ArchiveError) {
    try make(name)
    try ArchiveError.onFiles { () throws(FileError) in try files[name]?.append(bytes) }
  }

  func append(_ line: String, to name: String) throws(ArchiveError) { try append(Array(line.utf8), to: name) }

  /// Appends a JSON value and a newline.
  func append(_ value: JSONValue, to name: String) throws(ArchiveError) {
    var bytes = value.bytes
    bytes.append(UInt8(ascii: "\n"))
    try append(bytes, to: name)
  }

  /// The offset of the next append to `name`.
  func position(in name: String) -> Int64 { files[name]?.position ?? 0 }

  /// Removes an index, and the one of an earlier run.
  func leaveOut(_ name: String) {
    files[name] = nil
    left.insert(name)
  }

  func putInPlace(_ checkpoint: Checkpoint) throws(FileError) -> IndexReport {
    var report = IndexReport()
    for name in files.keys.sorted(by: precedesInCLocale) {
      guard let file = files[name] else { continue }
      let bytes = file.position
      let record = ShardRecord.File(role: .features, path: name, bytes: bytes, sha256: try file.digest())
      let target = directory.absolutePath(of: name)
      if try directory.fault(of: record, at: target, verifyingChecksums: true, checkpoint: checkpoint) == nil
      {
        report.unchanged.append(name)
      } else {
        try file.putOnDisk()
        try directory.store.rename(file.path, to: target)
        file.keep()
        report.written.append(name)
      }
      files[name] = nil
    }
    for name in left { try directory.store.remove(directory.absolutePath(of: name)) }
    if !report.written.isEmpty || !left.isEmpty { try directory.store.syncFolder(directory.path) }
    return report
  }
}
