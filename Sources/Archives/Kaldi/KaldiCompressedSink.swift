import Files

/// A sink of compressed matrices in a Kaldi archive; an utterance is buffered until its range is known.
final class KaldiCompressedSink: RoleSink {
  private let columns: Int
  private let file: TemporaryFile
  private var matrix: [Float] = []
  private var key = ""

  init(columns: Int, file: TemporaryFile) {
    self.columns = columns
    self.file = file
  }

  func begin(key: String, rows: Int) throws(ArchiveError) -> Int64 {
    guard Int32(exactly: rows) != nil else { throw .tooLarge(key: key, rows: rows, channels: columns) }
    self.key = key
    matrix.removeAll(keepingCapacity: true)
    file.setMark()
    return file.position + Int64(key.utf8.count) + 1
  }

  func append(_ elements: UnsafeRawBufferPointer) {
    matrix.append(contentsOf: elements.bindMemory(to: Float.self))
  }

  func end() throws(ArchiveError) {
    var bytes = Array(key.utf8) + [UInt8(ascii: " "), 0, UInt8(ascii: "B")]
    guard KaldiCompression.append(matrix, columns: columns, to: &bytes) else {
      throw .notFinite(key: key)
    }
    try ArchiveError.onFiles { () throws(FileError) in try file.append(bytes) }
    file.clearMark()
  }

  func rollBack() throws(FileError) {
    matrix.removeAll(keepingCapacity: true)
    try file.rollBack()
  }

  func finish() throws(FileError) -> PendingOutput {
    let digest = try file.digest()
    return PendingOutput(
      role: .features, suffix: KaldiBytes.layout.entrySuffix, temporaryPath: file.path, sha256: digest,
      files: [PendingFile(name: "", file: file, bytes: file.position, sha256: digest)], folder: nil)
  }
}
