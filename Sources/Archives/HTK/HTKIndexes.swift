import Files

/// The writer of a script file: the parameter files of one set, as `-S` takes them.
struct HTKScriptIndex: FormatIndex {
  private let context: IndexContext
  private let set: ShardSet

  init(_ context: IndexContext, _ set: ShardSet) throws(ArchiveError) {
    self.context = context
    self.set = set
    try context.files.make(Self.name(set))
  }

  static func name(_ set: ShardSet) -> String { "features\(set.indexSuffix).scp" }

  func add(
    _ utterance: ShardRecord.Utterance, in record: ShardRecord, _ found: RecordFiles
  ) throws(ArchiveError) {
    let key = utterance.description.key
    guard let file = found.file(of: .features, key: key, context.layout(of: .features)) else {
      throw record.incomplete(key, .features)
    }
    try context.files.append(htkWord(context.paths.output(file.path)) + "\n", to: Self.name(set))
  }

  func finish(sums: CMVNSums?) -> [IndexNote] { [] }
}

/// The writer of master label files, with times in units of 100 ns.
///
/// An utterance's labels are found by the name of its parameter file: `"*/KEY.lab"`.
///
/// Source: the HTK Book 3.4, "Label Files".
struct HTKLabelIndex: FormatIndex {
  static let phones = "phones.mlf"
  static let words = "words.mlf"

  private let files: IndexFiles
  private var hasPhones = false
  private var hasWords = false

  init(_ context: IndexContext) throws(ArchiveError) {
    files = context.files
    for name in [Self.phones, Self.words] { try files.append("#!MLF!#\n", to: name) }
  }

  mutating func add(
    _ utterance: ShardRecord.Utterance, in record: ShardRecord, _ found: RecordFiles
  ) throws(ArchiveError) {
    let description = utterance.description
    hasPhones = hasPhones || !description.phones.isEmpty
    hasWords = hasWords || !description.words.isEmpty
    try append(description.phones, of: description, to: Self.phones)
    try append(description.words, of: description, to: Self.words)
  }

  /// Leaves out a file without labels.
  func finish(sums: CMVNSums?) -> [IndexNote] {
    if !hasPhones { files.leaveOut(Self.phones) }
    if !hasWords { files.leaveOut(Self.words) }
    return []
  }

  private func append(
    _ segments: [UtteranceDescription.Segment], of description: UtteranceDescription, to name: String
  ) throws(ArchiveError) {
    if segments.isEmpty { return }
    let rate = description.sampleRateHertz
    var text = "\"*/\(description.key).lab\"\n"
    for segment in segments {
      let start = htkTime(samples: segment.startSample, rate: rate)
      let end = htkTime(samples: segment.endSample, rate: rate)
      text += "\(start) \(end) \(htkWord(segment.symbol))\n"
    }
    try files.append(text + ".\n", to: name)
  }
}

/// A word of a script or label file, quoted unless it is plain.
///
/// Source: the HTK Book 3.4, "Strings and Names".
func htkWord(_ text: String) -> String {
  let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-+#:@'".utf8)
  let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
  if let first = text.utf8.first, !digits.contains(first), first != UInt8(ascii: "'"),
    first != UInt8(ascii: "."), first != UInt8(ascii: "-"), text.utf8.allSatisfy({ plain.contains($0) })
  {
    return text
  }
  let escaped = text.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
    .split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
  return "\"\(escaped)\""
}
