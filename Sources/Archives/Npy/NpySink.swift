import Files

/// A sink of all values of a shard in one array, concatenated along the first axis.
final class NpySink: RoleSink {
  private let storage: NpyStorage
  private let file: TemporaryFile
  private var rowsInUtterance = 0
  private var rowsBefore = 0

  init(_ storage: NpyStorage, file: TemporaryFile) throws(FileError) {
    self.storage = storage
    self.file = file
    try file.append(storage.header(rows: 0).bytes)
  }

  func begin(key: String, rows: Int) -> Int64 {
    file.setMark()
    rowsInUtterance = rows
    return Int64(rowsBefore)
  }

  func append(_ elements: UnsafeRawBufferPointer) throws(FileError) { try file.append(elements) }

  func end() {
    rowsBefore += rowsInUtterance
    file.clearMark()
  }

  func rollBack() throws(FileError) { try file.rollBack() }

  func finish() throws(FileError) -> PendingOutput {
    try file.overwriteFront(storage.header(rows: rowsBefore).bytes)
    let digest = try file.digest()
    return PendingOutput(
      role: storage.role, suffix: storage.layout.entrySuffix, temporaryPath: file.path, sha256: digest,
      files: [PendingFile(name: "", file: file, bytes: file.position, sha256: digest)], folder: nil)
  }
}
