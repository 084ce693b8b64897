import Files

/// The writer of Lhotse's manifests: recordings, supervisions with phone alignments, features, and cuts.
///
/// In Lhotse the duration of features is frames × shift, so that of a cut is the shorter one of it and the
/// recording; a supervision has the duration of the recording. Frame labels are temporal arrays of the cut:
/// `cut.load_labels61()`.
///
/// Source: Lhotse 1.33, `audio/recording.py`, `supervision.py`, `features/base.py`, `cut/data.py`,
/// `array.py`.
struct LhotseIndex: FormatIndex {
  private let context: IndexContext
  private let paths: IndexPaths
  private let files: IndexFiles
  private let configuration: DirectoryConfiguration
  private let set: ShardSet

  init(_ context: IndexContext, _ set: ShardSet) throws(ArchiveError) {
    self.context = context
    paths = context.paths
    files = context.files
    configuration = context.configuration
    self.set = set
    if set == .raw {
      try files.make("recordings.jsonl")
      try files.make("supervisions.jsonl")
    }
    try files.make(name("features"))
    try files.make(name("cuts"))
  }

  private func name(_ stem: String) -> String {
    "\(stem)\(set.indexSuffix).jsonl"
  }

  func add(
    _ utterance: ShardRecord.Utterance, in record: ShardRecord, _ found: RecordFiles
  ) throws(ArchiveError) {
    let recording = recording(utterance.description)
    let supervision = supervision(utterance.description)
    let features = try features(utterance, in: record, found)
    if set == .raw {
      try files.append(recording, to: "recordings.jsonl")
      try files.append(supervision, to: "supervisions.jsonl")
    }
    try files.append(features, to: name("features"))
    try files.append(
      try cut(utterance, recording, supervision, features, in: record, found), to: name("cuts"))
  }

  func finish(sums: CMVNSums?) -> [IndexNote] { [] }

  private func recording(_ description: UtteranceDescription) -> JSONValue {
    let channel = Int64(description.audioChannel ?? 0)
    return [
      "id": .string(description.key),
      "sources": [
        [
          "type": "file", "channels": [.integer(channel)],
          "source": .string(paths.audio(description.audioPath)),
        ]
      ],
      "sampling_rate": .integer(Int64(description.sampleRateHertz)),
      "num_samples": .integer(description.sampleCount),
      "duration": .number(description.durationSeconds),
      "channel_ids": [.integer(channel)],
    ]
  }

  private func supervision(_ description: UtteranceDescription) -> JSONValue {
    var fields = [
      JSONField("id", .string(description.key)), JSONField("recording_id", .string(description.key)),
      JSONField("start", .number(0)), JSONField("duration", .number(description.durationSeconds)),
      JSONField("channel", .integer(Int64(description.audioChannel ?? 0))),
    ]
    if let text = description.text { fields.append(JSONField("text", .string(text))) }
    fields.append(JSONField("speaker", .string(description.speaker)))
    if let gender = description.gender { fields.append(JSONField("gender", .string(gender))) }
    var custom: [JSONField] = []
    if let region = description.dialectRegion { custom.append(JSONField("dialect_region", .string(region))) }
    if let split = description.split { custom.append(JSONField("split", .string(split))) }
    if !custom.isEmpty { fields.append(JSONField("custom", .object(custom))) }
    var alignment: [JSONField] = []
    if !description.phones.isEmpty {
      alignment.append(JSONField("phone", items(description.phones, description.sampleRateHertz)))
    }
    if !description.words.isEmpty {
      alignment.append(JSONField("word", items(description.words, description.sampleRateHertz)))
    }
    if !alignment.isEmpty { fields.append(JSONField("alignment", .object(alignment))) }
    return .object(fields)
  }

  private func items(_ segments: [UtteranceDescription.Segment], _ rate: Int) -> JSONValue {
    .array(
      segments.map {
        [
          .string($0.symbol), .number(Double($0.startSample) / Double(rate)),
          .number(Double($0.endSample - $0.startSample) / Double(rate)),
        ]
      })
  }

  private func features(
    _ utterance: ShardRecord.Utterance, in record: ShardRecord, _ found: RecordFiles
  ) throws(ArchiveError) -> JSONValue {
    let description = utterance.description
    let (folder, key) = try storage(of: .features, utterance, in: record, found)
    return [
      "type": .string(context.featureType),
      "num_frames": .integer(Int64(description.frameCount)),
      "num_features": .integer(Int64(configuration.channels)),
      "frame_shift": .number(configuration.frameShiftSeconds),
      "sampling_rate": .integer(Int64(description.sampleRateHertz)),
      "start": .number(0),
      "duration": .number(featureSeconds(description)),
      "storage_type": "numpy_files",
      "storage_path": .string(folder),
      "storage_key": .string(key),
      "recording_id": .string(description.key),
      "channels": .integer(Int64(description.audioChannel ?? 0)),
    ]
  }

  private func cut(
    _ utterance: ShardRecord.Utterance, _ recording: JSONValue, _ supervision: JSONValue,
    _ features: JSONValue, in record: ShardRecord, _ found: RecordFiles
  ) throws(ArchiveError) -> JSONValue {
    let description = utterance.description
    var fields = [
      JSONField("id", .string(description.key)), JSONField("start", .number(0)),
      JSONField("duration", .number(min(featureSeconds(description), description.durationSeconds))),
      JSONField("channel", .integer(Int64(description.audioChannel ?? 0))),
      JSONField("supervisions", [supervision]), JSONField("features", features),
      JSONField("recording", recording),
    ]
    var custom: [JSONField] = []
    for position in utterance.positions {
      guard case .labels = position.role else { continue }
      let (folder, key) = try storage(of: position.role, utterance, in: record, found)
      custom.append(
        JSONField(
          position.role.name,
          [
            "array": [
              "storage_type": "numpy_files", "storage_path": .string(folder), "storage_key": .string(key),
              "shape": [.integer(Int64(description.frameCount))],
            ],
            "temporal_dim": 0,
            "frame_shift": .number(configuration.frameShiftSeconds),
            "start": .number(0),
          ]))
    }
    if !custom.isEmpty { fields.append(JSONField("custom", .object(custom))) }
    fields.append(JSONField("type", "MonoCut"))
    return .object(fields)
  }

  /// frames × shift, computed in samples if the shift is an integer number of them.
  private func featureSeconds(_ description: UtteranceDescription) -> Double {
    let rate = Double(description.sampleRateHertz)
    let hop = (configuration.frameShiftSeconds * rate).rounded()
    return Double(description.frameCount) * hop / rate
  }

  private func storage(
    of role: ArchiveRole, _ utterance: ShardRecord.Utterance, in record: ShardRecord, _ found: RecordFiles
  ) throws(ArchiveError) -> (folder: String, key: String) {
    let key = utterance.description.key
    guard let file = found.file(of: role, key: key, context.layout(of: role)) else {
      throw record.incomplete(key, role)
    }
    return (paths.output(parent(of: file.path)), "\(key).npy")
  }
}
