import Files
import Foundations

/// The writer of `speakers.jsonl` and `cmvn.npy`, `[speakers, 2, channels + 1]`, for formats without
/// `cmvn.scp`.
struct SpeakerIndex: FormatIndex {
  static let names = ["speakers.jsonl", "cmvn.npy"]

  private let files: IndexFiles
  private var speakers = SpeakerList()

  init(_ context: IndexContext) throws(ArchiveError) {
    files = context.files
    try files.make("speakers.jsonl")
  }

  mutating func add(_ utterance: ShardRecord.Utterance, in record: ShardRecord, _ found: RecordFiles) {
    let description = utterance.description
    speakers.add(description.key, speaker: description.speaker, gender: description.gender)
  }

  func finish(sums: CMVNSums?) throws(ArchiveError) -> [IndexNote] {
    let sorted = speakers.sorted
    for (row, speaker) in sorted.enumerated() {
      var fields = [JSONField("speaker", .string(speaker.name))]
      if let gender = speaker.gender { fields.append(JSONField("gender", .string(gender))) }
      fields.append(JSONField("utterances", .integer(Int64(speaker.keys.count))))
      if sums != nil { fields.append(JSONField("cmvn_row", .integer(Int64(row)))) }
      try files.append(.object(fields), to: "speakers.jsonl")
    }
    guard let sums else { return [] }
    try files.append(
      NpyHeader(element: .float64, shape: [sorted.count, 2, sums.channels + 1]).bytes, to: "cmvn.npy")
    for (_, values) in sums.bySpeaker {
      try files.append(values.flatMap { $0.bitPattern.littleEndianBytes }, to: "cmvn.npy")
    }
    return []
  }
}
