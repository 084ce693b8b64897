/// A writer of indexes from the records of one set of shards, in key order.
protocol FormatIndex {
  mutating func add(
    _ utterance: ShardRecord.Utterance, in record: ShardRecord, _ files: RecordFiles
  ) throws(ArchiveError)

  /// Writes what depends on all utterances.
  ///
  /// - Parameter sums: the CMVN statistics by speaker; nil if there are none, or for normalized features.
  mutating func finish(sums: CMVNSums?) throws(ArchiveError) -> [IndexNote]
}

/// The input of a writer of indexes.
struct IndexContext {
  let paths: IndexPaths
  let files: IndexFiles
  let configuration: DirectoryConfiguration
  /// The name of the features in Lhotse's manifests, such as `kaldi-fbank`.
  let featureType: String

  /// The layout of the files of a role.
  func layout(of role: ArchiveRole) -> FileLayout { configuration.storage(of: role).layout }
}
