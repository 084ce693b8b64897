import Files
import Foundations

/// The writer of `manifest.jsonl`, present in every format: one object per utterance, with the locations of
/// its values.
///
/// A location is `{"file","offset"}` in Kaldi archives (byte offset, as in a script file), `{"file","row"}`
/// in packed arrays (rows `[row, row + frames)`; one row for statistics), and `{"file"}` for files of one
/// utterance.
struct ManifestIndex: FormatIndex {
  private let context: IndexContext
  private let name: String

  init(_ context: IndexContext, _ set: ShardSet) throws(ArchiveError) {
    self.context = context
    name = "manifest\(set.indexSuffix).jsonl"
    try context.files.make(name)
  }

  func add(
    _ utterance: ShardRecord.Utterance, in record: ShardRecord, _ found: RecordFiles
  ) throws(ArchiveError) {
    var fields = utterance.description.fields
    if let index = fields.firstIndex(where: { $0.name == "audio" }) {
      fields[index] = JSONField("audio", .string(context.paths.audio(utterance.description.audioPath)))
    }
    fields.append(JSONField("channels", .integer(Int64(context.configuration.channels))))
    for position in utterance.positions {
      let location = try location(of: position, utterance, record, found)
      fields.append(JSONField(position.role.name, location))
    }
    try context.files.append(.object(fields), to: name)
  }

  func finish(sums: CMVNSums?) -> [IndexNote] { [] }

  private func location(
    of position: ShardRecord.Position, _ utterance: ShardRecord.Utterance, _ record: ShardRecord,
    _ found: RecordFiles
  ) throws(ArchiveError) -> JSONValue {
    let key = utterance.description.key
    let layout = context.layout(of: position.role)
    guard let file = found.file(of: position.role, key: key, layout) else {
      throw record.incomplete(key, position.role)
    }
    var fields = [JSONField("file", .string(context.paths.output(file.path)))]
    if case .file(_, let name) = layout { fields.append(JSONField(name, .integer(position.value))) }
    return .object(fields)
  }
}
