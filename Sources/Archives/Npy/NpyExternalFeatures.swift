import Files

extension NpyFormat {
  var externalFiles: String? { "KEY.npy" }

  func externalFeatures(in folder: String, store: FileStore) throws(ArchiveError) -> [ExternalFeatures] {
    try Archives.externalFeatures(in: folder, suffixes: [".npy"], store: store) {
      (path) throws(ArchiveError) in try Self.matrix(path, store: store)
    }
  }

  private static func matrix(_ path: String, store: FileStore) throws(ArchiveError) -> FeatureMatrix {
    let reader = try ArchiveError.onFiles { () throws(FileError) in try NpyReader(path: path, store: store) }
    let (shape, element) = (reader.header.shape, reader.header.element)
    guard shape.count == 2, shape[1] > 0, element != .int32 else {
      throw .notFeatures(path: path, element: element.rawValue, shape: shape)
    }
    let count = shape[0] * shape[1]
    // The reader has compared the shape with the size of the file.
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(1, count * element.bytes), alignment: 8)
    defer { buffer.deallocate() }
    try ArchiveError.onFiles { () throws(FileError) in
      try reader.readRows(
        from: 0, count: shape[0],
        into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<(count * element.bytes)]))
    }
    let raw = UnsafeRawBufferPointer(buffer)
    let values = (0..<count).map { index -> Float in
      guard reader.header.isFortranOrder else { return value(raw, index, element) }
      let (row, column) = index.quotientAndRemainder(dividingBy: shape[1])
      return value(raw, column * shape[0] + row, element)
    }
    return FeatureMatrix(rows: shape[0], columns: shape[1], values: values)
  }

  /// An element in the order of the file.
  private static func value(
    _ bytes: UnsafeRawBufferPointer, _ index: Int, _ element: NpyElement
  ) -> Float {
    func bits<Bits: FixedWidthInteger>(_ type: Bits.Type) -> Bits {
      Bits(littleEndian: bytes.loadUnaligned(fromByteOffset: index * element.bytes, as: type))
    }
    switch element {
    case .float16: return Float(Float16(bitPattern: bits(UInt16.self)))
    case .float32: return Float(bitPattern: bits(UInt32.self))
    case .float64: return Float(Double(bitPattern: bits(UInt64.self)))
    case .int32: return Float(bits(Int32.self))
    }
  }
}
