import Files

/// A parameter file per utterance, in a folder of the shard: big-endian Float32 after the header.
struct HTKStorage: HeadedRows {
  let role = ArchiveRole.features
  let channels: Int

  private static let suffix = ".htk"

  private let period: Int32

  init(_ features: FeatureShape) {
    channels = features.channels
    period = Int32(clamping: Int64((features.frameShiftSeconds * 1e7).rounded()))
  }

  var layout: FileLayout { .filePerUtterance(suffix: Self.suffix) }

  func makeSink(at path: String, store: FileStore) throws(FileError) -> any RoleSink {
    try FolderSink(
      FolderSink.Content(
        role: .features, suffix: Self.suffix, header: { header(rows: $0) },
        append: { (elements, file) throws(FileError) in
          // The sink's copy, swapped.
          let swapped = UnsafeMutableRawBufferPointer.allocate(byteCount: elements.count, alignment: 16)
          defer { swapped.deallocate() }
          swapped.copyMemory(from: elements)
          swapWords(swapped)
          try file.append(UnsafeRawBufferPointer(swapped))
        }), at: path, store: store)
  }

  func header(rows: Int) -> [UInt8] {
    HTKHeader(
      frames: Int32(clamping: rows), period: period, frameBytes: Int16(clamping: 4 * channels),
      kind: HTKHeader.Kind(base: .user)
    ).bytes
  }

  func decode(_ rows: UnsafeMutableRawBufferPointer) { swapWords(rows) }
}

/// Exchanges the byte order of 32-bit words.
private func swapWords(_ bytes: UnsafeMutableRawBufferPointer) {
  for offset in stride(from: 0, to: bytes.count, by: 4) {
    let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
    bytes.storeBytes(of: word.byteSwapped, toByteOffset: offset, as: UInt32.self)
  }
}
