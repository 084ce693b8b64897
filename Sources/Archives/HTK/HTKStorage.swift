import Files

/// A parameter file per utterance, in a folder of the shard: big-endian Float32 after the header.
struct HTKStorage: RoleStorage {
  private static let suffix = ".htk"

  private let channels: Int
  private let period: Int32

  init(_ features: FeatureShape) {
    channels = features.channels
    period = Int32(clamping: Int64((features.frameShiftSeconds * 1e7).rounded()))
  }

  var layout: FileLayout { .filePerUtterance(suffix: Self.suffix) }

  func makeSink(at path: String, store: FileStore) throws(FileError) -> any RoleSink {
    try FolderSink(
      FolderSink.Content(
        role: .features, suffix: Self.suffix, header: { header(rows: $0).bytes },
        append: { (elements, file) throws(FileError) in
          // The sink's copy, swapped.
          let swapped = UnsafeMutableRawBufferPointer.allocate(byteCount: elements.count, alignment: 16)
          defer { swapped.deallocate() }
          swapped.copyMemory(from: elements)
          swapWords(swapped)
          try file.append(UnsafeRawBufferPointer(swapped))
        }), at: path, store: store)
  }

  func makeReader(of shard: OpenShard) -> any RoleReader { HTKStorageReader(self, shard) }

  fileprivate func header(rows: Int) -> HTKHeader {
    HTKHeader(
      frames: Int32(clamping: rows), period: period, frameBytes: Int16(clamping: 4 * channels),
      kind: HTKHeader.Kind(base: .user))
  }

  private final class HTKStorageReader: RoleReader {
    private let storage: HTKStorage
    private let shard: OpenShard

    init(_ storage: HTKStorage, _ shard: OpenShard) {
      self.storage = storage
      self.shard = shard
    }

    func read(
      _ rows: Range<Int>, of utterance: ShardRecord.Utterance, into bytes: UnsafeMutableRawBufferPointer
    ) throws(FileError) {
      let location = try shard.locate(.features, of: utterance, storage.layout)
      let header = storage.header(rows: utterance.description.frameCount)
      try shard.expect(header.bytes, at: 0, of: location)
      let offset = HTKHeader.byteCount + rows.lowerBound * 4 * storage.channels
      try shard.read(bytes, at: Int64(offset), of: location)
      swapWords(bytes)
    }
  }
}

/// Exchanges the byte order of 32-bit words.
private func swapWords(_ bytes: UnsafeMutableRawBufferPointer) {
  for offset in stride(from: 0, to: bytes.count, by: 4) {
    let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
    bytes.storeBytes(of: word.byteSwapped, toByteOffset: offset, as: UInt32.self)
  }
}
