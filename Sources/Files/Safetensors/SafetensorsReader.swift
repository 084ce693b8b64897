internal import Glibc

/// A strict reader of safetensors files: no violation of the format is accepted, and no allocation is sized
/// by an unchecked number from the file.
///
/// The whole header is checked on opening; tensors are read on demand. Used by one thread at a time.
package final class SafetensorsReader {
  package let path: String
  package let header: SafetensorsHeader
  private let store: FileStore
  private let descriptor: Int32
  /// The bytes before those of the tensors.
  private let headerBytes: [UInt8]
  private static let chunkBytes = 1 << 18

  /// - Throws: `system`; `malformed` for a file of another format.
  package init(path: String, store: FileStore = FileStore()) throws(FileError) {
    // A pipe without a writer must not block.
    let descriptor = try store.open(path, flags: O_RDONLY | O_NONBLOCK)
    do throws(FileError) {
      (header, headerBytes) = try Self.readHeader(descriptor, path: path, store: store)
    } catch {
      store.close(descriptor)
      throw error
    }
    self.path = path
    self.store = store
    self.descriptor = descriptor
  }

  deinit { store.close(descriptor) }

  /// Compares the digest in the metadata with that of the file, which is read once.
  ///
  /// - Throws: `system`; `malformed` for a file that became shorter.
  package func checksum() throws(FileError) -> Checksum.Verdict {
    guard header.text(SafetensorsHeader.checksumName) != nil,
      let digits = Checksum.digits(in: headerBytes[...])
    else { return .missing }
    let digester = try SHA256Digester()
    try digester.update(headerBytes[..<digits.lowerBound])
    try digester.update(Array(Checksum.zeros.utf8)[...])
    try digester.update(headerBytes[digits.upperBound...])
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunkBytes, alignment: 64)
    defer { chunk.deallocate() }
    var position = Int64(headerBytes.count)
    let end = header.tensors.last?.bytes.upperBound ?? position
    while position < end {
      let part = UnsafeMutableRawBufferPointer(
        rebasing: chunk[..<Int(min(Int64(Self.chunkBytes), end - position))])
      try fill(part, at: position)
      try digester.update(UnsafeRawBufferPointer(part))
      position += Int64(part.count)
    }
    return Checksum.verdict(recorded: headerBytes[digits], found: try digester.finish())
  }

  /// Reads a tensor of F32.
  ///
  /// - Parameters:
  ///   - tensor: one of the header.
  ///   - values: room for its elements.
  ///   - finite: whether NaN and infinities are refused.
  /// - Throws: `system`; `malformed` for another element type or a refused number.
  package func readFloats(
    _ tensor: SafetensorsHeader.Tensor, into values: UnsafeMutableBufferPointer<Float>, finite: Bool = true
  ) throws(FileError) {
    precondition(values.count == tensor.count)
    guard tensor.element == .float32 else {
      throw .malformed(
        path: path, offset: 8, expected: "\(tensor.name) of F32", found: tensor.element.rawValue)
    }
    try fill(UnsafeMutableRawBufferPointer(values), from: tensor)
    guard finite, let index = values.firstIndex(where: { !$0.isFinite }) else { return }
    throw notFinite(tensor, byte: index * 4)
  }

  /// Reads a tensor of floats of any width in pieces and refuses NaN and infinities; other tensors cannot
  /// contain any.
  ///
  /// - Throws: `system`; `malformed` with the offset of the first such number.
  package func checkFinite(_ tensor: SafetensorsHeader.Tensor) throws(FileError) {
    let (exponent, step): (UInt64, Int)
    switch tensor.element {
    case .float16: (exponent, step) = (0x7C00, 2)
    case .bfloat16: (exponent, step) = (0x7F80, 2)
    case .float32: (exponent, step) = (0x7F80_0000, 4)
    case .float64: (exponent, step) = (0x7FF0_0000_0000_0000, 8)
    default: return
    }
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunkBytes, alignment: 64)
    defer { chunk.deallocate() }
    var position = tensor.bytes.lowerBound
    while position < tensor.bytes.upperBound {
      let count = Int(min(Int64(Self.chunkBytes), tensor.bytes.upperBound - position))
      let part = UnsafeMutableRawBufferPointer(rebasing: chunk[..<count])
      try fill(part, at: position)
      var offset = 0
      while offset < count {
        let bits: UInt64 =
          switch step {
          case 2: UInt64(part.load(fromByteOffset: offset, as: UInt16.self))
          case 4: UInt64(part.load(fromByteOffset: offset, as: UInt32.self))
          default: part.load(fromByteOffset: offset, as: UInt64.self)
          }
        guard bits & exponent != exponent else {
          throw notFinite(tensor, byte: Int(position - tensor.bytes.lowerBound) + offset)
        }
        offset += step
      }
      position += Int64(count)
    }
  }

  private func notFinite(_ tensor: SafetensorsHeader.Tensor, byte: Int) -> FileError {
    .malformed(
      path: path, offset: tensor.bytes.lowerBound + Int64(byte), expected: "finite numbers in \(tensor.name)",
      found: "one that is not")
  }

  private func fill(
    _ bytes: UnsafeMutableRawBufferPointer, from tensor: SafetensorsHeader.Tensor
  ) throws(FileError) {
    try fill(bytes, at: tensor.bytes.lowerBound)
  }

  private func fill(_ bytes: UnsafeMutableRawBufferPointer, at offset: Int64) throws(FileError) {
    let found = try store.read(descriptor, into: bytes, at: offset, path: path)
    guard found == bytes.count else {
      throw .malformed(
        path: path, offset: offset + Int64(found), expected: "\(bytes.count) bytes", found: "the end")
    }
  }

  private static func readHeader(
    _ descriptor: Int32, path: String, store: FileStore
  ) throws(FileError) -> (SafetensorsHeader, bytes: [UInt8]) {
    func failure(_ expected: String, _ found: String) -> FileError {
      .malformed(path: path, offset: 0, expected: expected, found: found)
    }
    let (status, code) = store.operations.status(descriptor)
    guard let status else { throw .system(operation: .status, path: path, code: code) }
    guard status.isRegular else { throw failure("a file", "a folder or a device") }
    var front = [UInt8](repeating: 0, count: 8)
    guard try read(descriptor, into: &front, at: 0, path: path, store: store) == 8 else {
      throw failure("8 bytes with the header's length", "\(status.bytes) bytes")
    }
    let length = front.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(SafetensorsHeader.maximumBytes), Int64(length) <= status.bytes - 8 else {
      throw failure(
        "a header of at most \(min(Int64(SafetensorsHeader.maximumBytes), status.bytes - 8)) bytes",
        "\(length)")
    }
    var json = [UInt8](repeating: 0, count: Int(length))
    guard try read(descriptor, into: &json, at: 8, path: path, store: store) == json.count else {
      throw failure("a header of \(length) bytes", "the end")
    }
    return (try SafetensorsHeader(json: json, fileBytes: status.bytes, path: path), front + json)
  }

  private static func read(
    _ descriptor: Int32, into bytes: inout [UInt8], at offset: Int64, path: String, store: FileStore
  ) throws(FileError) -> Int {
    let result = bytes.withUnsafeMutableBytes { buffer in
      Result { () throws(FileError) in
        try store.read(descriptor, into: buffer, at: offset, path: path)
      }
    }
    return try result.get()
  }
}
