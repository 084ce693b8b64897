import Files

/// One array per utterance, in a folder of the shard.
struct NpyFolderStorage: RoleStorage {
  let role: ArchiveRole
  let channels: Int

  private static let suffix = ".npy"

  var layout: FileLayout { .filePerUtterance(suffix: Self.suffix) }

  func makeSink(at path: String, store: FileStore) throws(FileError) -> any RoleSink {
    try FolderSink(
      FolderSink.Content(role: role, suffix: Self.suffix, header: { header(rows: $0) }), at: path,
      store: store)
  }

  func makeReader(of shard: OpenShard) -> any RoleReader { NpyFolderReader(self, shard) }

  func header(rows: Int) -> [UInt8] { NpyStorage(role: role, channels: channels).header(rows: rows).bytes }
}

private final class NpyFolderReader: RoleReader {
  private let storage: NpyFolderStorage
  private let shard: OpenShard

  init(_ storage: NpyFolderStorage, _ shard: OpenShard) {
    self.storage = storage
    self.shard = shard
  }

  func read(
    _ rows: Range<Int>, of utterance: ShardRecord.Utterance, into bytes: UnsafeMutableRawBufferPointer
  ) throws(FileError) {
    let location = try shard.locate(storage.role, of: utterance, storage.layout)
    let header = storage.header(rows: storage.role.rows(of: utterance.description))
    try shard.expect(header, at: 0, of: location)
    let rowBytes = storage.role.rowBytes(channels: storage.channels)
    try shard.read(bytes, at: Int64(header.count + rows.lowerBound * rowBytes), of: location)
  }
}
