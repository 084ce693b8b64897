import Files
internal import Glibc

/// A strict reader of HTK parameter files with continuous features, compressed (`_C`) or not.
///
/// A size is used only after it has been compared with the length of the file. A checksum (`_K`) is skipped.
struct HTKReader: Sendable {
  private let store: FileStore

  init(store: FileStore = FileStore()) { self.store = store }

  func read(path: String) throws(FileError) -> FeatureMatrix {
    let descriptor = try store.open(path, flags: O_RDONLY)
    defer { store.close(descriptor) }
    let size = Int(store.operations.status(descriptor).status?.bytes ?? 0)
    let front = try bytes(min(size, HTKHeader.byteCount), of: descriptor, at: 0, path: path)
    guard front.count == HTKHeader.byteCount else {
      throw malformed(path, 0, "a header of 12 bytes", "\(size) bytes")
    }
    let header = front.withUnsafeBytes { HTKHeader($0) }
    let kind = header.kind
    let isCompressed = kind.qualifiers.contains(.compressed)
    let elementBytes = isCompressed ? 2 : 4
    guard kind.base.isFloats, !kind.qualifiers.contains(.quantized) else {
      throw malformed(
        path, 10, "a kind of continuous features (1 ... 4, 6 ... 9 or 11, not _V)",
        "kind \(kind.base.rawValue)\(kind.qualifiers.contains(.quantized) ? " with _V" : "")")
    }
    guard header.frames > 0, header.frameBytes > 0, Int(header.frameBytes) % elementBytes == 0 else {
      throw malformed(
        path, 0, "frames of \(elementBytes)-byte values", "\(header.frames) of \(header.frameBytes) bytes")
    }
    // Scales and offsets, two floats a channel, count as four frames of 16-bit integers.
    let data = Int(header.frames) * Int(header.frameBytes)
    let end = HTKHeader.byteCount + data + (kind.qualifiers.contains(.checksum) ? 2 : 0)
    let rows = Int(header.frames) - (isCompressed ? 4 : 0)
    guard size == end, rows > 0 else { throw malformed(path, 0, "\(end) bytes", "\(size)") }
    let raw = try bytes(data, of: descriptor, at: Int64(HTKHeader.byteCount), path: path)
    let columns = Int(header.frameBytes) / elementBytes
    let values = raw.withUnsafeBytes { raw in
      isCompressed ? Self.decompressed(raw, rows: rows, columns: columns) : Self.floats(raw)
    }
    return FeatureMatrix(rows: rows, columns: columns, values: values)
  }

  private static func floats(_ raw: UnsafeRawBufferPointer) -> [Float] {
    (0..<raw.count / 4).map { index in
      Float(
        bitPattern: UInt32(bigEndian: raw.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)))
    }
  }

  /// x = (n + B) / A with A and B of the channel.
  ///
  /// Source: the HTK Book 3.4, "Storage of Parameter Files".
  private static func decompressed(_ raw: UnsafeRawBufferPointer, rows: Int, columns: Int) -> [Float] {
    let front = floats(UnsafeRawBufferPointer(rebasing: raw[..<(8 * columns)]))
    return (0..<rows * columns).map { index in
      let integer = Int16(
        bigEndian: raw.loadUnaligned(fromByteOffset: 8 * columns + 2 * index, as: Int16.self))
      let channel = index % columns
      return (Float(integer) + front[columns + channel]) / front[channel]
    }
  }

  private func malformed(_ path: String, _ offset: Int64, _ expected: String, _ found: String) -> FileError {
    .malformed(path: path, offset: offset, expected: expected, found: found)
  }

  private func bytes(
    _ count: Int, of descriptor: Int32, at offset: Int64, path: String
  ) throws(FileError) -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, count), alignment: 16)
    defer { buffer.deallocate() }
    let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
    let found = try store.read(descriptor, into: part, at: offset, path: path)
    return Array(part[..<found])
  }
}
