import Files

/// Storage in which an utterance's value is a header that the record determines, then rows of one size.
protocol HeadedRows: RoleStorage {
  var role: ArchiveRole { get }
  var channels: Int { get }

  func header(rows: Int) -> [UInt8]

  /// Converts stored rows to little-endian elements, in place.
  func decode(_ rows: UnsafeMutableRawBufferPointer)
}

extension HeadedRows {
  func decode(_ rows: UnsafeMutableRawBufferPointer) {}

  func makeReader(of shard: OpenShard) -> any RoleReader { makeRowReader(of: shard) }

  /// A reader of rows that are stored as they are, but for ``decode(_:)``.
  func makeRowReader(of shard: OpenShard) -> any RoleReader { HeadedRowReader(self, shard) }

  /// Finds a value, checks its header against the record, and returns the offset of its first row.
  func locate(
    _ utterance: ShardRecord.Utterance, in shard: OpenShard
  ) throws(FileError) -> (location: OpenShard.Location, data: Int64) {
    let location = try shard.locate(role, of: utterance, layout)
    let header = header(rows: role.rows(of: utterance.description))
    try shard.expect(header, at: location.position, of: location)
    return (location, location.position + Int64(header.count))
  }
}

private final class HeadedRowReader<Storage: HeadedRows>: RoleReader {
  private let storage: Storage
  private let shard: OpenShard

  init(_ storage: Storage, _ shard: OpenShard) {
    self.storage = storage
    self.shard = shard
  }

  func read(
    _ rows: Range<Int>, of utterance: ShardRecord.Utterance, into bytes: UnsafeMutableRawBufferPointer
  ) throws(FileError) {
    let (location, data) = try storage.locate(utterance, in: shard)
    let rowBytes = storage.role.rowBytes(channels: storage.channels)
    try shard.read(bytes, at: data + Int64(rows.lowerBound) * Int64(rowBytes), of: location)
    storage.decode(bytes)
  }
}
