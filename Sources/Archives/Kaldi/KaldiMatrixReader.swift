package import Files
internal import Glibc

/// A strict reader of Kaldi's binary matrices: `FM`, `DM`, `CM`, `CM2`, `CM3`.
///
/// A size is used only after it has been compared with the length of the file.
package struct KaldiMatrixReader: Sendable {
  private let store: FileStore

  package init(store: FileStore = FileStore()) { self.store = store }

  /// Reads the matrix whose `\0B` is at `offset`, as given by a script file.
  package func read(path: String, at offset: Int64) throws(FileError) -> FeatureMatrix {
    let descriptor = try store.open(path, flags: O_RDONLY)
    defer { store.close(descriptor) }
    return try read(descriptor: descriptor, at: offset, path: path)
  }

  func read(descriptor: Int32, at offset: Int64, path: String) throws(FileError) -> FeatureMatrix {
    try readWithEnd(descriptor: descriptor, at: offset, path: path).matrix
  }

  /// Reads a matrix; also returns the offset of the next entry.
  func readWithEnd(
    descriptor: Int32, at offset: Int64, path: String
  ) throws(FileError) -> (matrix: FeatureMatrix, end: Int64) {
    func failure(_ at: Int64, _ expected: String, _ found: String) -> FileError {
      .malformed(path: path, offset: at, expected: expected, found: found)
    }
    guard offset >= 0, let size = store.operations.status(descriptor).status?.bytes, offset <= size else {
      throw failure(offset, "an offset inside the file", "\(offset)")
    }
    let front = try bytes(22, descriptor: descriptor, at: offset, path: path, allowingFewer: true)
    guard front.count >= 5, front[0] == 0, front[1] == UInt8(ascii: "B") else {
      throw failure(offset, "a binary value", "other bytes")
    }
    guard let space = front[2..<min(front.count, 6)].firstIndex(of: UInt8(ascii: " ")) else {
      throw failure(offset + 2, "FM, DM, CM, CM2 or CM3", "other bytes")
    }
    let token = String(decoding: front[2..<space], as: UTF8.self)
    let rest = space + 1
    func integer(_ at: Int) -> Int {
      Int(
        Int32(
          bitPattern: UInt32(
            littleEndian: front.span.bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt32.self))))
    }
    let rows: Int
    let columns: Int
    let header: Int
    if token == "FM" || token == "DM" {
      guard front.count >= rest + 10, front[rest] == 4, front[rest + 5] == 4 else {
        throw failure(offset + Int64(rest), "two sizes of four bytes", "other bytes")
      }
      rows = integer(rest + 1)
      columns = integer(rest + 6)
      header = rest + 10
    } else if token == "CM" || token == "CM2" || token == "CM3" {
      guard front.count >= rest + 16 else { throw failure(offset + Int64(rest), "a header", "the end") }
      rows = integer(rest + 8)
      columns = integer(rest + 12)
      header = rest + 16
    } else {
      throw failure(offset + 2, "FM, DM, CM, CM2 or CM3", token)
    }
    guard rows >= 0, columns >= 0, (rows == 0) == (columns == 0) else {
      throw failure(offset, "a shape", "[\(rows), \(columns)]")
    }
    let values = rows.multipliedReportingOverflow(by: columns)
    let perValue = ["FM": 4, "DM": 8, "CM": 1, "CM2": 2, "CM3": 1][token] ?? 1
    let data = values.partialValue.multipliedReportingOverflow(by: perValue)
    let extra = token == "CM" ? 8 * columns : 0
    guard !values.overflow, !data.overflow, Int64(data.partialValue) <= size,
      Int64(data.partialValue + extra) <= size - offset - Int64(header)
    else { throw failure(offset, "data of [\(rows), \(columns)]", "\(size - offset) bytes") }
    let length = data.partialValue + extra
    let raw = try bytes(length, descriptor: descriptor, at: offset + Int64(header), path: path)
    let end = offset + Int64(header + length)
    let range = KaldiCompression.Range(
      minimum: Float(
        bitPattern: UInt32(bitPattern: Int32(truncatingIfNeeded: token.hasPrefix("CM") ? integer(rest) : 0))),
      width: Float(
        bitPattern: UInt32(
          bitPattern: Int32(truncatingIfNeeded: token.hasPrefix("CM") ? integer(rest + 4) : 0))))
    let decoded = Self.decode(token, raw, rows: rows, columns: columns, range: range)
    return (FeatureMatrix(rows: rows, columns: columns, values: decoded), end)
  }

  private static func decode(
    _ token: String, _ raw: [UInt8], rows: Int, columns: Int, range: KaldiCompression.Range
  ) -> [Float] {
    raw.withUnsafeBytes { bytes in
      func u16(_ at: Int) -> UInt16 {
        UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt16.self))
      }
      var values = [Float](repeating: 0, count: rows * columns)
      switch token {
      case "FM":
        for index in values.indices {
          values[index] = Float(
            bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)))
        }
      case "DM":
        for index in values.indices {
          values[index] = Float(
            Double(
              bitPattern: UInt64(
                littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self))))
        }
      case "CM2":
        for index in values.indices { values[index] = range.value(u16(2 * index)) }
      case "CM3":
        for index in values.indices {
          values[index] = range.minimum + range.width * (1 / 255.0) * Float(bytes[index])
        }
      default:
        for column in 0..<columns {
          let levels = KaldiCompression.Levels(
            p0: range.value(u16(8 * column)), p25: range.value(u16(8 * column + 2)),
            p75: range.value(u16(8 * column + 4)), p100: range.value(u16(8 * column + 6)))
          let codes = 8 * columns + rows * column
          for row in 0..<rows { values[row * columns + column] = levels.value(bytes[codes + row]) }
        }
      }
      return values
    }
  }

  private func bytes(
    _ count: Int, descriptor: Int32, at offset: Int64, path: String, allowingFewer: Bool = false
  ) throws(FileError) -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, count), alignment: 16)
    defer { buffer.deallocate() }
    let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
    let found = try store.read(descriptor, into: part, at: offset, path: path)
    guard found == count || allowingFewer else {
      throw .malformed(
        path: path, offset: offset + Int64(found), expected: "\(count) bytes", found: "the end")
    }
    return Array(part[..<found])
  }
}
