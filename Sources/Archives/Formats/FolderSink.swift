import Files

/// A sink of one file per utterance, in a folder of the shard.
final class FolderSink: RoleSink {
  /// A header, and the form of the elements that follow it.
  struct Content: Sendable {
    let role: ArchiveRole
    /// The extension of the files, with its dot.
    let suffix: String
    /// The bytes before the elements of an utterance of `rows` rows.
    let header: @Sendable (_ rows: Int) -> [UInt8]
    /// Appends elements to a file in the byte order of the format.
    var append: @Sendable (UnsafeRawBufferPointer, TemporaryFile) throws(FileError) -> Void = {
      (elements, file) throws(FileError) in try file.append(elements)
    }
  }

  private let content: Content
  private let folder: TemporaryDirectory
  private let store: FileStore
  private var files: [PendingFile] = []
  private var current: (name: String, file: TemporaryFile)?

  init(_ content: Content, at path: String, store: FileStore) throws(FileError) {
    self.content = content
    self.store = store
    folder = try TemporaryDirectory(path: path, store: store)
  }

  func begin(key: String, rows: Int) throws(ArchiveError) -> Int64 {
    try ArchiveError.onFiles { () throws(FileError) in try open(key: key, rows: rows) }
    return 0
  }

  private func open(key: String, rows: Int) throws(FileError) {
    let name = key + content.suffix
    let file = try TemporaryFile(path: "\(folder.path)/\(name)", store: store, limit: WriteBuffer.features)
    current = (name, file)
    try file.append(content.header(rows))
  }

  func append(_ elements: UnsafeRawBufferPointer) throws(FileError) {
    if let current { try content.append(elements, current.file) }
  }

  func end() throws(ArchiveError) {
    try ArchiveError.onFiles { () throws(FileError) in try close() }
  }

  private func close() throws(FileError) {
    guard let (name, file) = current else { return }
    let digest = try file.digest()
    let bytes = file.position
    try file.close()
    files.append(PendingFile(name: name, file: file, bytes: bytes, sha256: digest))
    current = nil
  }

  func rollBack() { current = nil }

  func finish() throws(FileError) -> PendingOutput {
    var list: [UInt8] = []
    for file in files { list += Array("\(file.sha256)  \(file.name)\n".utf8) }
    return PendingOutput(
      role: content.role, suffix: "", temporaryPath: folder.path, sha256: try sha256(list), files: files,
      folder: folder)
  }
}
