import Files

/// A sink of all values of a shard in one array, concatenated along the first axis.
final class NpySink: RoleSink {
  private let role: ArchiveRole
  private let element: NpyElement
  /// The axes after the first.
  private let rowShape: [Int]
  private let file: TemporaryFile
  private var rowsInUtterance = 0
  private var rowsBefore = 0

  init(role: ArchiveRole, element: NpyElement, rowShape: [Int], file: TemporaryFile) throws(FileError) {
    self.role = role
    self.element = element
    self.rowShape = rowShape
    self.file = file
    try file.append(NpyHeader(element: element, shape: [0] + rowShape).bytes)
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
    try file.overwriteFront(NpyHeader(element: element, shape: [rowsBefore] + rowShape).bytes)
    let digest = try file.digest()
    return PendingOutput(
      role: role, suffix: ".npy", temporaryPath: file.path, sha256: digest,
      files: [PendingFile(name: "", file: file, bytes: file.position, sha256: digest)], folder: nil)
  }
}
