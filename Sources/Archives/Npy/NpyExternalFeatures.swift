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
    guard shape.count == 2, shape[1] > 0, element == .float32 || element == .float64 else {
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
    let values = (0..<count).map { index -> Float in
      if element == .float32 {
        return Float(
          bitPattern: UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)))
      }
      return Float(
        Double(
          bitPattern: UInt64(
            littleEndian: buffer.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self))))
    }
    return FeatureMatrix(rows: shape[0], columns: shape[1], values: values)
  }
}
