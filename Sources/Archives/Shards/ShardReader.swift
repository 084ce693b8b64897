package import Files

/// A reader of a committed shard's features, labels and statistics in pieces.
///
/// Only one utterance of compressed features is buffered. Sizes in files are checked against the record.
package struct ShardReader: ~Copyable {
  private let configuration: DirectoryConfiguration
  private let shard: OpenShard
  private let readers = Readers()

  /// The readers of roles, made when they are first used.
  private final class Readers {
    var ofRole: [ArchiveRole: any RoleReader] = [:]
  }

  package init(directory: OutputDirectory, record: ShardRecord) {
    configuration = directory.configuration
    shard = OpenShard(
      directory: directory.path, record: record, channels: configuration.channels, store: directory.store)
  }

  /// Reads rows `[first, first + count)` of the features of an utterance into `rows`, `[count, channels]`.
  package func readFeatures(
    of utterance: ShardRecord.Utterance, from first: Int, count: Int,
    into rows: UnsafeMutableBufferPointer<Float>
  ) throws(FileError) {
    let channels = configuration.channels
    precondition(first >= 0 && count >= 0 && first + count <= utterance.description.frameCount)
    precondition(rows.count >= count * channels)
    let target = UnsafeMutableBufferPointer(rebasing: rows[..<(count * channels)])
    try reader(of: .features).read(
      first..<first + count, of: utterance, into: UnsafeMutableRawBufferPointer(target))
  }

  /// Reads frame labels `[first, first + count)` of one set.
  package func readLabels(
    _ set: LabelSet, of utterance: ShardRecord.Utterance, from first: Int, count: Int,
    into labels: UnsafeMutableBufferPointer<Int32>
  ) throws(FileError) {
    precondition(first >= 0 && count >= 0 && first + count <= utterance.description.frameCount)
    precondition(labels.count >= count)
    let target = UnsafeMutableBufferPointer(rebasing: labels[..<count])
    try reader(of: .labels(set)).read(
      first..<first + count, of: utterance, into: UnsafeMutableRawBufferPointer(target))
  }

  /// The CMVN statistics of an utterance, `[2, channels + 1]`.
  package func statistics(of utterance: ShardRecord.Utterance) throws(FileError) -> [Double] {
    let values = UnsafeMutableBufferPointer<Double>.allocate(capacity: 2 * (configuration.channels + 1))
    defer { values.deallocate() }
    try reader(of: .cmvnStatistics).read(0..<1, of: utterance, into: UnsafeMutableRawBufferPointer(values))
    return Array(values)
  }

  private func reader(of role: ArchiveRole) -> any RoleReader {
    if let reader = readers.ofRole[role] { return reader }
    let reader = configuration.storage(of: role).makeReader(of: shard)
    readers.ofRole[role] = reader
    return reader
  }
}
