import Files

/// How the values of one role are stored in a shard.
protocol RoleStorage: Sendable {
  var layout: FileLayout { get }

  /// Opens the file or folder of a shard under a temporary path.
  func makeSink(at path: String, store: FileStore) throws(FileError) -> any RoleSink

  /// A reader of a committed shard.
  func makeReader(of shard: OpenShard) -> any RoleReader
}

/// A writer of the values of one role of consecutive utterances.
///
/// Values are little-endian elements, row-major; the sink adds the headers of its format.
protocol RoleSink: AnyObject {
  /// Begins the value of an utterance with `rows` rows; returns its position for indexes.
  func begin(key: String, rows: Int) throws(ArchiveError) -> Int64
  func append(_ elements: UnsafeRawBufferPointer) throws(FileError)
  func end() throws(ArchiveError)
  /// Removes the current utterance.
  func rollBack() throws(FileError)
  /// Closes the files; the sink must not be used afterward.
  func finish() throws(FileError) -> PendingOutput
}

/// A reader of the values of one role of a committed shard.
protocol RoleReader: AnyObject {
  /// Reads whole rows of an utterance's value as little-endian elements, row-major.
  ///
  /// `bytes` has the size of the rows, which are in range.
  func read(
    _ rows: Range<Int>, of utterance: ShardRecord.Utterance, into bytes: UnsafeMutableRawBufferPointer
  ) throws(FileError)
}

/// The sizes of write buffers, for features and for the smaller files.
enum WriteBuffer {
  static let features = 1 << 18
  static let small = 1 << 20

  static func size(of role: ArchiveRole) -> Int { role == .features ? features : small }
}
