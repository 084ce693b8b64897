import Files

/// All values of a shard in one array, concatenated along the first axis; positions are rows.
struct NpyStorage: RoleStorage {
  let role: ArchiveRole
  let channels: Int

  var layout: FileLayout { .file(suffix: ".npy", position: "row") }

  func makeSink(at path: String, store: FileStore) throws(FileError) -> any RoleSink {
    let limit = WriteBuffer.size(of: role)
    return try NpySink(
      self, file: try TemporaryFile(path: path, store: store, limit: limit, digestsAlong: false))
  }

  func makeReader(of shard: OpenShard) -> any RoleReader { NpyStorageReader(self, shard) }

  /// The header of an array of values of the role.
  func header(rows: Int) -> NpyHeader {
    NpyHeader(element: NpyElement(of: role), shape: [rows] + role.rowShape(channels: channels))
  }
}

extension NpyElement {
  /// The type of the elements of a role.
  init(of role: ArchiveRole) {
    switch role {
    case .features: self = .float32
    case .labels: self = .int32
    case .cmvnStatistics: self = .float64
    }
  }
}

private final class NpyStorageReader: RoleReader {
  private let storage: NpyStorage
  private let shard: OpenShard

  init(_ storage: NpyStorage, _ shard: OpenShard) {
    self.storage = storage
    self.shard = shard
  }

  func read(
    _ rows: Range<Int>, of utterance: ShardRecord.Utterance, into bytes: UnsafeMutableRawBufferPointer
  ) throws(FileError) {
    let location = try shard.locate(storage.role, of: utterance, storage.layout)
    let rowBytes = Int64(storage.role.rowBytes(channels: storage.channels))
    // The length of the header does not depend on the number of rows.
    let headerBytes = Int64(storage.header(rows: 0).bytes.count)
    let rowsInFile = max(0, Int((location.bytes - headerBytes) / rowBytes))
    let count = storage.role.rows(of: utterance.description)
    guard location.position <= Int64(rowsInFile - count) else {
      throw shard.missing("\(count) rows at \(location.position)", utterance)
    }
    try shard.expect(storage.header(rows: rowsInFile).bytes, at: 0, of: location)
    try shard.read(
      bytes, at: headerBytes + (location.position + Int64(rows.lowerBound)) * rowBytes, of: location)
  }
}
