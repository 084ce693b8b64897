import Files

/// A sink of matrices or Int32 vectors in a Kaldi archive.
final class KaldiSink: RoleSink {
  private let storage: KaldiStorage
  private let file: TemporaryFile
  /// Size bytes of 4, each with room for a value after it.
  private var scratch: [UInt8] = []

  init(_ storage: KaldiStorage, file: TemporaryFile) {
    self.storage = storage
    self.file = file
  }

  func begin(key: String, rows: Int) throws(ArchiveError) -> Int64 {
    guard rows <= Int32.max else { throw .tooLarge(key: key, rows: rows, channels: 1) }
    file.setMark()
    var bytes = Array(key.utf8)
    bytes.append(UInt8(ascii: " "))
    let position = file.position + Int64(bytes.count)
    bytes += storage.header(rows: rows)
    try ArchiveError.onFiles { () throws(FileError) in try file.append(bytes) }
    return position
  }

  func append(_ elements: UnsafeRawBufferPointer) throws(FileError) {
    guard storage.role.isLabels else { return try file.append(elements) }
    // Each Int32 of a vector has a size byte.
    let count = elements.count / 4
    if scratch.count < 5 * count { scratch = [UInt8](repeating: 4, count: 5 * count) }
    scratch.withUnsafeMutableBytes { out in
      for index in 0..<count {
        let value = elements.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
        out.storeBytes(of: value, toByteOffset: 5 * index + 1, as: UInt32.self)
      }
    }
    let filled = scratch
    try filled.span.bytes.withUnsafeBytes { (bytes) throws(FileError) in
      try file.append(UnsafeRawBufferPointer(rebasing: bytes[..<(5 * count)]))
    }
  }

  func end() { file.clearMark() }
  func rollBack() throws(FileError) { try file.rollBack() }

  func finish() throws(FileError) -> PendingOutput {
    let digest = try file.digest()
    return PendingOutput(
      role: storage.role, suffix: storage.layout.entrySuffix, temporaryPath: file.path, sha256: digest,
      files: [PendingFile(name: "", file: file, bytes: file.position, sha256: digest)], folder: nil)
  }
}
