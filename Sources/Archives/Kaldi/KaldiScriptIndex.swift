/// The writer of a script file of the features of one set.
struct KaldiFeatureIndex: FormatIndex {
  private let context: IndexContext
  private let name: String

  init(_ context: IndexContext, _ set: ShardSet) throws(ArchiveError) {
    self.context = context
    name = "feats\(set.indexSuffix).scp"
    try context.files.make(name)
  }

  func add(
    _ utterance: ShardRecord.Utterance, in record: ShardRecord, _ found: RecordFiles
  ) throws(ArchiveError) {
    try context.appendScript(.features, of: utterance, in: record, found, to: name)
  }

  func finish(sums: CMVNSums?) -> [IndexNote] { [] }
}

extension IndexContext {
  /// Appends a line of a script file, `KEY PATH:OFFSET`.
  func appendScript(
    _ role: ArchiveRole, of utterance: ShardRecord.Utterance, in record: ShardRecord, _ found: RecordFiles,
    to index: String
  ) throws(ArchiveError) {
    let key = utterance.description.key
    guard let file = found.file(of: role), let position = utterance.position(of: role) else {
      throw record.incomplete(key, role)
    }
    try files.append("\(key) \(paths.output(file.path)):\(position)\n", to: index)
  }
}
