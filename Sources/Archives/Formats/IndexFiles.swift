import Files

/// The indexes of a directory during their creation, in temporary files.
final class IndexFiles {
  private(set) var files: [String: TemporaryFile] = [:]
  /// The names of indexes that are left out.
  private(set) var leftOut: Set<String> = []
  private let makeFile: () throws(FileError) -> TemporaryFile

  init(makeFile: @escaping () throws(FileError) -> TemporaryFile) { self.makeFile = makeFile }

  /// Makes an index, even if nothing will be appended to it.
  func make(_ name: String) throws(ArchiveError) {
    if files[name] != nil { return }
    files[name] = try ArchiveError.onFiles(makeFile)
  }

  /// Begins an index anew.
  func restart(_ name: String) throws(ArchiveError) {
    files[name] = nil
    try make(name)
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
    leftOut.insert(name)
  }

  /// Ends the creation of an index.
  func release(_ name: String) { files[name] = nil }
}
