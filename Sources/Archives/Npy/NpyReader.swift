package import Files
internal import Glibc

/// A strict reader of `.npy` files in pieces: Float16, Float32, Float64 and Int32, little-endian.
///
/// Accepts versions 1.0 to 3.0, exactly the three keys of the header, and a file of exactly the size of its
/// shape. No allocation is sized by an unchecked number from the file.
package final class NpyReader {
  package let path: String
  package let header: NpyHeader
  private let store: FileStore
  private let descriptor: Int32
  private let dataOffset: Int64

  /// - Throws: `system`; `malformed` for a file of another format.
  package init(path: String, store: FileStore = FileStore()) throws(FileError) {
    let descriptor = try store.open(path, flags: O_RDONLY)
    do throws(FileError) {
      (header, dataOffset) = try Self.readHeader(descriptor, path: path, store: store)
    } catch {
      store.close(descriptor)
      throw error
    }
    self.path = path
    self.store = store
    self.descriptor = descriptor
  }

  deinit { store.close(descriptor) }

  /// The number of elements per row, the product of all axes but the first.
  package var rowElements: Int { header.shape.dropFirst().reduce(1, *) }

  /// Reads whole rows `[first, first + count)` into `bytes`, little-endian; of an array in Fortran order only
  /// all of them, in the order of the file.
  package func readRows(
    from first: Int, count: Int, into bytes: UnsafeMutableRawBufferPointer
  ) throws(FileError) {
    let rowBytes = rowElements * header.element.bytes
    precondition(first >= 0 && count >= 0 && first + count <= header.shape[0])
    precondition(bytes.count == count * rowBytes)
    precondition(!header.isFortranOrder || count == header.shape[0], "rows are scattered over the file")
    let offset = dataOffset + Int64(first) * Int64(rowBytes)
    let found = try store.read(descriptor, into: bytes, at: offset, path: path)
    guard found == bytes.count else {
      throw .malformed(
        path: path, offset: offset + Int64(found), expected: "\(bytes.count) bytes", found: "the end")
    }
  }

  private static func readHeader(
    _ descriptor: Int32, path: String, store: FileStore
  ) throws(FileError) -> (NpyHeader, Int64) {
    func failure(_ offset: Int, _ expected: String, _ found: String) -> FileError {
      .malformed(path: path, offset: Int64(offset), expected: expected, found: found)
    }
    guard let size = store.operations.status(descriptor).status?.bytes else {
      throw failure(0, "a file", "nothing")
    }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 12 + 65536, alignment: 16)
    defer { buffer.deallocate() }
    let front = Array(buffer[..<(try store.read(descriptor, into: buffer, at: 0, path: path))])
    guard front.starts(with: [0x93] + Array("NUMPY".utf8)), front.count >= 10 else {
      throw failure(0, "\\x93NUMPY", "other bytes")
    }
    let isWide = front[6] >= 2
    guard (1...3).contains(front[6]), front[7] == 0, !isWide || front.count >= 12 else {
      throw failure(6, "version 1.0 to 3.0", "\(front[6]).\(front[7])")
    }
    let start = isWide ? 12 : 10
    var length = Int(front[8]) | Int(front[9]) << 8
    if isWide { length |= Int(front[10]) << 16 | Int(front[11]) << 24 }
    guard length <= 65536, start + length <= front.count else {
      throw failure(8, "a header of at most 65536 bytes, all there", "\(length)")
    }
    var parser = DictionaryParser(bytes: Array(front[start..<start + length]))
    guard let header = parser.parse() else {
      throw failure(start, "{'descr', 'fortran_order', 'shape'} of <f2, <f4, <f8 or <i4", "another header")
    }
    var bytes = header.element.bytes
    // The first axis last, so that the size of a row is checked even if there are no rows.
    for axis in header.shape.dropFirst() + header.shape.prefix(1) {
      let product = bytes.multipliedReportingOverflow(by: axis)
      guard !product.overflow else { throw failure(start, "a shape that fits", "\(header.shape)") }
      bytes = product.partialValue
    }
    guard size - Int64(start + length) == Int64(bytes) else {
      throw failure(start + length, "\(bytes) bytes of data", "\(size - Int64(start + length))")
    }
    return (header, Int64(start + length))
  }

  /// A parser of the header's Python dictionary in the form written by NumPy.
  private struct DictionaryParser {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func parse() -> NpyHeader? {
      var element: NpyElement?
      var shape: [Int]?
      var isFortranOrder: Bool?
      guard take("{") else { return nil }
      while !take("}") {
        guard let name = string(), take(":") else { return nil }
        switch name {
        case "descr" where element == nil:
          guard let value = string().flatMap({ NpyElement(rawValue: $0) }) else { return nil }
          element = value
        case "fortran_order" where isFortranOrder == nil:
          isFortranOrder = take("True")
          guard isFortranOrder == true || take("False") else { return nil }
        case "shape" where shape == nil:
          guard let value = tuple() else { return nil }
          shape = value
        default: return nil
        }
        if !take(",") {
          guard take("}") else { return nil }
          break
        }
      }
      skipSpace()
      guard position == bytes.count, let isFortranOrder, let element, let shape, !shape.isEmpty,
        !isFortranOrder || shape.count == 2
      else { return nil }
      return NpyHeader(element: element, shape: shape, isFortranOrder: isFortranOrder)
    }

    private mutating func skipSpace() {
      while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x0A { position += 1 }
    }

    private mutating func take(_ text: String) -> Bool {
      skipSpace()
      guard bytes[position...].starts(with: text.utf8) else { return false }
      position += text.utf8.count
      return true
    }

    private mutating func string() -> String? {
      guard take("'") else { return nil }
      let start = position
      while position < bytes.count, bytes[position] != UInt8(ascii: "'") { position += 1 }
      guard position < bytes.count else { return nil }
      position += 1
      return String(validating: bytes[start..<position - 1], as: UTF8.self)
    }

    private mutating func tuple() -> [Int]? {
      guard take("(") else { return nil }
      var values: [Int] = []
      while !take(")") {
        let start = position
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
        guard let value = Int(String(decoding: bytes[start..<position], as: UTF8.self)), values.count < 8
        else {
          return nil
        }
        values.append(value)
        if !take(",") {
          guard take(")") else { return nil }
          break
        }
      }
      return values
    }
  }
}
