import Files

/// A sink of one array per utterance, in a folder of the shard.
final class NpyFolderSink: RoleSink {
  private let role: ArchiveRole
  private let element: NpyElement
  private let rowShape: [Int]
  private let folder: TemporaryDirectory
  private let store: FileStore
  private var files: [PendingFile] = []
  private var current: (key: String, file: TemporaryFile)?

  init(role: ArchiveRole, element: NpyElement, rowShape: [Int], folder: TemporaryDirectory, store: FileStore)
  {
    self.role = role
    self.element = element
    self.rowShape = rowShape
    self.folder = folder
    self.store = store
  }

  func begin(key: String, rows: Int) throws(ArchiveError) -> Int64 {
    try ArchiveError.onFiles { () throws(FileError) in try open(key: key, rows: rows) }
    return 0
  }

  private func open(key: String, rows: Int) throws(FileError) {
    let file = try TemporaryFile(path: "\(folder.path)/\(key).npy", store: store, limit: WriteBuffer.features)
    current = (key, file)
    try file.append(NpyHeader(element: element, shape: [rows] + rowShape).bytes)
  }

  func append(_ elements: UnsafeRawBufferPointer) throws(FileError) { try current?.file.append(elements) }

  func end() throws(ArchiveError) {
    try ArchiveError.onFiles { () throws(FileError) in try close() }
  }

  private func close() throws(FileError) {
    guard let (key, file) = current else { return }
    let digest = try file.digest()
    let bytes = file.position
    try file.close()
    files.append(PendingFile(name: "\(key).npy", file: file, bytes: bytes, sha256: digest))
    current = nil
  }

  func rollBack() { current = nil }

  func finish() throws(FileError) -> PendingOutput {
    var list: [UInt8] = []
    for file in files { list += Array("\(file.sha256)  \(file.name)\n".utf8) }
    return PendingOutput(
      role: role, suffix: "", temporaryPath: folder.path, sha256: try sha256(list), files: files,
      folder: folder
    )
  }
}
