internal import Glibc

/// Takes one kind of value of one utterance after another and lays them out in files.
///
/// Bytes come as plain little-endian elements, row-major; the sink adds what its format wants around them.
protocol RoleSink: AnyObject {
  /// Begins an utterance's value of `rows` rows; returns the position that an index needs.
  func begin(key: String, rows: Int) throws(ArchiveError) -> Int64
  func append(_ elements: UnsafeRawBufferPointer) throws(ArchiveError)
  func end() throws(ArchiveError)
  /// Forgets the utterance that was begun.
  func rollBack() throws(ArchiveError)
  /// Closes the files; the sink is used up.
  func finish() throws(ArchiveError) -> PendingOutput
}

/// Files with temporary names and known digests, that wait to be put on the disk and renamed together.
struct PendingOutput {
  let role: ArchiveRole
  /// File extension with its dot, or empty for a folder.
  let suffix: String
  let temporaryPath: String
  /// SHA-256 of the file, or of the list of a folder's files.
  let sha256: String
  let files: [PendingFile]
  /// The folder that holds the files, when they are renamed as one; its deinit removes what was not renamed.
  let folder: TemporaryFolder?
}

struct PendingFile {
  /// Name inside the folder; empty when the file stands by itself.
  let name: String
  let file: TemporaryFile
  let bytes: Int64
  let sha256: String
}

/// A folder under a temporary name, made at once; dropped with what is in it unless kept.
final class TemporaryFolder {
  let path: String
  private let store: FileStore
  private var isKept = false

  init(path: String, store: FileStore) throws(ArchiveError) {
    self.path = path
    self.store = store
    try store.makeFolder(path)
  }

  deinit {
    if !isKept { store.removeQuietly(path) }
  }

  func keep() { isKept = true }
}

/// Bytes gathered before they are written: of features, and of the small files beside them.
enum WriteBuffer {
  static let features = 1 << 18
  static let small = 1 << 20
}

/// Kaldi archives of float matrices or Int32 vectors, in one file.
final class KaldiSink: RoleSink {
  enum Value {
    case floatMatrix(columns: Int)
    case doubleMatrix(columns: Int)
    case integerVector
  }

  private let role: ArchiveRole
  private let value: Value
  private let file: TemporaryFile
  /// Size bytes of 4, with room for a value behind each.
  private var scratch: [UInt8] = []

  init(role: ArchiveRole, value: Value, file: TemporaryFile) {
    self.role = role
    self.value = value
    self.file = file
  }

  func begin(key: String, rows: Int) throws(ArchiveError) -> Int64 {
    guard let rows32 = Int32(exactly: rows) else { throw .tooLarge(key: key, rows: rows, channels: 1) }
    file.setMark()
    var bytes = Array(key.utf8)
    bytes.append(UInt8(ascii: " "))
    let position = file.position + Int64(bytes.count)
    switch value {
    case .floatMatrix(let columns):
      bytes += KaldiBytes.floatMatrixHeader(rows: rows32, columns: Int32(columns))
    case .doubleMatrix(let columns):
      bytes += KaldiBytes.doubleMatrixHeader(rows: rows32, columns: Int32(columns))
    case .integerVector: bytes += KaldiBytes.integerVectorHeader(count: rows32)
    }
    try file.append(bytes)
    return position
  }

  func append(_ elements: UnsafeRawBufferPointer) throws(ArchiveError) {
    guard case .integerVector = value else { return try file.append(elements) }
    // Each Int32 of a vector carries its own size byte.
    let count = elements.count / 4
    if scratch.count < 5 * count { scratch = [UInt8](repeating: 4, count: 5 * count) }
    scratch.withUnsafeMutableBytes { out in
      for index in 0..<count {
        let value = elements.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
        out.storeBytes(of: value, toByteOffset: 5 * index + 1, as: UInt32.self)
      }
    }
    let filled = scratch
    try filled.span.bytes.withUnsafeBytes { (bytes) throws(ArchiveError) in
      try file.append(UnsafeRawBufferPointer(rebasing: bytes[..<(5 * count)]))
    }
  }

  func end() { file.clearMark() }
  func rollBack() throws(ArchiveError) { try file.rollBack() }

  func finish() throws(ArchiveError) -> PendingOutput {
    let digest = try file.digest()
    return PendingOutput(
      role: role, suffix: ".ark", temporaryPath: file.path, sha256: digest,
      files: [PendingFile(name: "", file: file, bytes: file.position, sha256: digest)], folder: nil)
  }
}

/// Kaldi archives of compressed matrices: an utterance is held until its end, since its range is known then.
final class KaldiCompressedSink: RoleSink {
  private let role: ArchiveRole
  private let columns: Int
  private let file: TemporaryFile
  private var matrix: [Float] = []
  private var key = ""

  init(role: ArchiveRole, columns: Int, file: TemporaryFile) {
    self.role = role
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
    try file.append(bytes)
    file.clearMark()
  }

  func rollBack() throws(ArchiveError) {
    matrix.removeAll(keepingCapacity: true)
    try file.rollBack()
  }

  func finish() throws(ArchiveError) -> PendingOutput {
    let digest = try file.digest()
    return PendingOutput(
      role: role, suffix: ".ark", temporaryPath: file.path, sha256: digest,
      files: [PendingFile(name: "", file: file, bytes: file.position, sha256: digest)], folder: nil)
  }
}

/// All values of a shard in one array, one after another along the first axis.
final class NpySink: RoleSink {
  private let role: ArchiveRole
  private let element: NpyElement
  /// Axes behind the first.
  private let rowShape: [Int]
  private let file: TemporaryFile
  private var rowsInUtterance = 0
  private var rowsBefore = 0

  init(role: ArchiveRole, element: NpyElement, rowShape: [Int], file: TemporaryFile) throws(ArchiveError) {
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

  func append(_ elements: UnsafeRawBufferPointer) throws(ArchiveError) { try file.append(elements) }

  func end() {
    rowsBefore += rowsInUtterance
    file.clearMark()
  }

  func rollBack() throws(ArchiveError) { try file.rollBack() }

  func finish() throws(ArchiveError) -> PendingOutput {
    try file.overwriteFront(NpyHeader(element: element, shape: [rowsBefore] + rowShape).bytes)
    let digest = try file.digest()
    return PendingOutput(
      role: role, suffix: ".npy", temporaryPath: file.path, sha256: digest,
      files: [PendingFile(name: "", file: file, bytes: file.position, sha256: digest)], folder: nil)
  }
}

/// One array an utterance, in a folder of the shard.
final class NpyFolderSink: RoleSink {
  private let role: ArchiveRole
  private let element: NpyElement
  private let rowShape: [Int]
  private let folder: TemporaryFolder
  private let store: FileStore
  private var files: [PendingFile] = []
  private var current: (key: String, file: TemporaryFile)?

  init(role: ArchiveRole, element: NpyElement, rowShape: [Int], folder: TemporaryFolder, store: FileStore) {
    self.role = role
    self.element = element
    self.rowShape = rowShape
    self.folder = folder
    self.store = store
  }

  func begin(key: String, rows: Int) throws(ArchiveError) -> Int64 {
    let file = try TemporaryFile(path: "\(folder.path)/\(key).npy", store: store, limit: WriteBuffer.features)
    current = (key, file)
    try file.append(NpyHeader(element: element, shape: [rows] + rowShape).bytes)
    return 0
  }

  func append(_ elements: UnsafeRawBufferPointer) throws(ArchiveError) { try current?.file.append(elements) }

  func end() throws(ArchiveError) {
    guard let (key, file) = current else { return }
    let digest = try file.digest()
    let bytes = file.position
    try file.close()
    files.append(PendingFile(name: "\(key).npy", file: file, bytes: bytes, sha256: digest))
    current = nil
  }

  func rollBack() { current = nil }

  func finish() throws(ArchiveError) -> PendingOutput {
    var list: [UInt8] = []
    for file in files { list += Array("\(file.sha256)  \(file.name)\n".utf8) }
    return PendingOutput(
      role: role, suffix: "", temporaryPath: folder.path, sha256: try sha256(list), files: files,
      folder: folder
    )
  }
}
