import Files
import Foundations

/// The writer of `manifest.jsonl`, present in every format: one object per utterance, with the locations of
/// its values.
///
/// A location is `{"file","offset"}` in Kaldi archives (byte offset, as in a script file), `{"file","row"}`
/// in packed arrays (rows `[row, row + frames)`; one row for statistics), and `{"file"}` for separate arrays.
struct ManifestIndex {
  private let paths: IndexPaths
  private let files: IndexFiles
  private let configuration: DirectoryConfiguration
  private let name: String

  init(
    paths: IndexPaths, files: IndexFiles, configuration: DirectoryConfiguration, set: ShardSet
  ) throws(ArchiveError) {
    self.paths = paths
    self.files = files
    self.configuration = configuration
    name = set == .raw ? "manifest.jsonl" : "manifest_\(set.rawValue).jsonl"
    try files.make(name)
  }

  func add(
    _ utterance: ShardRecord.Utterance, in record: ShardRecord, _ found: RecordFiles
  ) throws(ArchiveError) {
    var fields = utterance.description.fields
    if let place = fields.firstIndex(where: { $0.name == "audio" }) {
      fields[place] = JSONField("audio", .string(paths.audio(utterance.description.audioPath)))
    }
    fields.append(JSONField("channels", .integer(Int64(configuration.channels))))
    for position in utterance.positions {
      let value = try place(of: position, utterance, record, found)
      fields.append(JSONField(position.role.name, value))
    }
    try files.append(.object(fields), to: name)
  }

  private func place(
    of position: ShardRecord.Position, _ utterance: ShardRecord.Utterance, _ record: ShardRecord,
    _ found: RecordFiles
  ) throws(ArchiveError) -> JSONValue {
    let key = utterance.description.key
    let format = configuration.format
    let isFolder = format == .lhotse && position.role != .cmvnStatistics
    let file = isFolder ? found.array(of: position.role, key: key) : found.file(of: position.role)
    guard let file else { throw incomplete(record, key, position.role) }
    var fields = [JSONField("file", .string(paths.output(file.path)))]
    if !isFolder { fields.append(JSONField(format == .kaldi ? "offset" : "row", .integer(position.value))) }
    return .object(fields)
  }
}

/// The writer of `speakers.jsonl` and `cmvn.npy`, `[speakers, 2, channels + 1]`, for formats without
/// `cmvn.scp`.
struct SpeakerIndex {
  private let files: IndexFiles
  private var speakers = SpeakerList()

  init(files: IndexFiles) throws(ArchiveError) {
    self.files = files
    try files.make("speakers.jsonl")
  }

  mutating func add(_ description: UtteranceDescription) {
    speakers.add(description.key, speaker: description.speaker, gender: description.gender)
  }

  func finish(sums: CMVNSums?) throws(ArchiveError) {
    let sorted = speakers.sorted
    for (row, speaker) in sorted.enumerated() {
      var fields = [JSONField("speaker", .string(speaker.name))]
      if let gender = speaker.gender { fields.append(JSONField("gender", .string(gender))) }
      fields.append(JSONField("utterances", .integer(Int64(speaker.keys.count))))
      if sums != nil { fields.append(JSONField("cmvn_row", .integer(Int64(row)))) }
      try files.append(.object(fields), to: "speakers.jsonl")
    }
    guard let sums else { return }
    try files.append(
      NpyHeader(element: .float64, shape: [sorted.count, 2, sums.channels + 1]).bytes, to: "cmvn.npy")
    for (_, values) in sums.bySpeaker {
      try files.append(values.flatMap { $0.bitPattern.littleEndianBytes }, to: "cmvn.npy")
    }
  }
}
