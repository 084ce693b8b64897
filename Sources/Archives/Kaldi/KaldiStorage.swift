import Files
import Foundations

/// Values in Kaldi archives: float matrices, vectors of Int32, and double matrices.
struct KaldiStorage: HeadedRows {
  let role: ArchiveRole
  let channels: Int

  var layout: FileLayout { KaldiBytes.layout }

  func makeSink(at path: String, store: FileStore) throws(FileError) -> any RoleSink {
    KaldiSink(
      self, file: try TemporaryFile(path: path, store: store, limit: WriteBuffer.size(of: role)))
  }

  func makeReader(of shard: OpenShard) -> any RoleReader {
    role.isLabels ? KaldiVectorReader(self, shard) : makeRowReader(of: shard)
  }

  func header(rows: Int) -> [UInt8] {
    let rows = Int32(clamping: rows)
    return switch role {
    case .features: KaldiBytes.floatMatrixHeader(rows: rows, columns: Int32(channels))
    case .labels: KaldiBytes.integerVectorHeader(count: rows)
    case .cmvnStatistics: KaldiBytes.doubleMatrixHeader(rows: 2, columns: Int32(channels + 1))
    }
  }
}

/// A reader of vectors of Int32, each of which has a size byte.
private final class KaldiVectorReader: RoleReader {
  private let storage: KaldiStorage
  private let shard: OpenShard

  private static let elementsPerChunk = 4096

  init(_ storage: KaldiStorage, _ shard: OpenShard) {
    self.storage = storage
    self.shard = shard
  }

  func read(
    _ rows: Range<Int>, of utterance: ShardRecord.Utterance, into bytes: UnsafeMutableRawBufferPointer
  ) throws(FileError) {
    let (location, data) = try storage.locate(utterance, in: shard)
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 5 * Self.elementsPerChunk, alignment: 16)
    defer { chunk.deallocate() }
    var first = rows.lowerBound
    while first < rows.upperBound {
      let count = min(Self.elementsPerChunk, rows.upperBound - first)
      let part = UnsafeMutableRawBufferPointer(rebasing: chunk[..<(5 * count)])
      try shard.read(part, at: data + Int64(first) * 5, of: location)
      for index in 0..<count {
        bytes.storeBytes(
          of: part.loadUnaligned(fromByteOffset: 5 * index + 1, as: UInt32.self),
          toByteOffset: 4 * (first - rows.lowerBound + index), as: UInt32.self)
      }
      first += count
    }
  }
}
