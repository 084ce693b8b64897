import Files

/// Features in Kaldi archives, compressed.
struct KaldiCompressedStorage: RoleStorage {
  let channels: Int

  var layout: FileLayout { KaldiBytes.layout }

  func makeSink(at path: String, store: FileStore) throws(FileError) -> any RoleSink {
    KaldiCompressedSink(
      columns: channels,
      file: try TemporaryFile(path: path, store: store, limit: WriteBuffer.features))
  }

  func makeReader(of shard: OpenShard) -> any RoleReader { KaldiCompressedReader(shard) }
}

/// A reader that keeps the last decoded utterance.
private final class KaldiCompressedReader: RoleReader {
  private let shard: OpenShard
  private var key: String?
  private var matrix: [Float] = []

  init(_ shard: OpenShard) { self.shard = shard }

  func read(
    _ rows: Range<Int>, of utterance: ShardRecord.Utterance, into bytes: UnsafeMutableRawBufferPointer
  ) throws(FileError) {
    try decode(utterance)
    let rowBytes = 4 * shard.channels
    matrix.withUnsafeBytes {
      bytes.copyMemory(
        from: UnsafeRawBufferPointer(
          rebasing: $0[rows.lowerBound * rowBytes..<rows.upperBound * rowBytes]))
    }
  }

  private func decode(_ utterance: ShardRecord.Utterance) throws(FileError) {
    if key == utterance.description.key { return }
    let location = try shard.locate(.features, of: utterance, KaldiBytes.layout)
    let found = try KaldiMatrixReader(store: shard.store).read(
      descriptor: location.descriptor, at: location.position, path: location.path)
    let (rows, columns) = (utterance.description.frameCount, shard.channels)
    guard found.rows == rows, found.columns == columns else {
      throw .malformed(
        path: location.path, offset: location.position, expected: "[\(rows), \(columns)]",
        found: "[\(found.rows), \(found.columns)]")
    }
    matrix = found.values
    key = utterance.description.key
  }
}
