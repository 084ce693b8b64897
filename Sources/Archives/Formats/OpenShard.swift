import Files
internal import Glibc

/// The open files of a committed shard, located by its record.
final class OpenShard {
  let record: ShardRecord
  let store: FileStore
  let channels: Int
  private let directory: String
  private let files: RecordFiles
  private var descriptors: [String: Int32] = [:]

  /// Files of single utterances that are kept open.
  private static let limit = 4

  init(directory: String, record: ShardRecord, channels: Int, store: FileStore) {
    self.directory = directory
    self.record = record
    self.channels = channels
    self.store = store
    files = RecordFiles(record)
  }

  deinit {
    for descriptor in descriptors.values { store.close(descriptor) }
  }

  /// The file and the position in it of an utterance's value.
  struct Location {
    let path: String
    let descriptor: Int32
    /// The number of bytes of the file, from the record.
    let bytes: Int64
    let position: Int64
  }

  /// - Throws: `malformed` for a record without the value; `system`.
  func locate(
    _ role: ArchiveRole, of utterance: ShardRecord.Utterance, _ layout: FileLayout
  ) throws(FileError) -> Location {
    guard let position = utterance.position(of: role) else {
      throw missing("a position of \(role.name)", utterance)
    }
    guard let file = files.file(of: role, key: utterance.description.key, layout) else {
      throw missing("a file of \(role.name)", utterance)
    }
    let path = "\(directory)/\(file.path)"
    var isShared = false
    if case .file = layout { isShared = true }
    return Location(
      path: path, descriptor: try descriptor(path, isShared: isShared), bytes: file.bytes, position: position)
  }

  /// Reads exactly `bytes`.
  func read(
    _ bytes: UnsafeMutableRawBufferPointer, at offset: Int64, of location: Location
  ) throws(FileError) {
    let count = try store.read(location.descriptor, into: bytes, at: offset, path: location.path)
    guard count == bytes.count else {
      throw .malformed(
        path: location.path, offset: offset + Int64(count), expected: "\(bytes.count) bytes", found: "the end"
      )
    }
  }

  /// Requires a header, which the record determines.
  func expect(_ header: [UInt8], at offset: Int64, of location: Location) throws(FileError) {
    let found = UnsafeMutableRawBufferPointer.allocate(byteCount: header.count, alignment: 16)
    defer { found.deallocate() }
    try read(found, at: offset, of: location)
    guard found.elementsEqual(header) else {
      throw .malformed(
        path: location.path, offset: offset, expected: "the header described by the record", found: "another")
    }
  }

  /// The error of a record that lacks something about an utterance.
  func missing(_ expected: String, _ utterance: ShardRecord.Utterance) -> FileError {
    .malformed(
      path: ShardRecord.path(ofShard: record.shard, set: record.set), offset: 0, expected: expected,
      found: utterance.description.key)
  }

  private func descriptor(_ path: String, isShared: Bool) throws(FileError) -> Int32 {
    if let descriptor = descriptors[path] { return descriptor }
    if !isShared && descriptors.count >= Self.limit {
      for descriptor in descriptors.values { store.close(descriptor) }
      descriptors = [:]
    }
    let descriptor = try store.open(path, flags: O_RDONLY)
    descriptors[path] = descriptor
    return descriptor
  }
}
