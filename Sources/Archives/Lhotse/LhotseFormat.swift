extension ArchiveFormat {
  package static let lhotse = ArchiveFormat(LhotseFormat())
}

/// One array per utterance, with Lhotse's manifests as index (storage type `numpy_files`).
struct LhotseFormat: ArchiveFormatDefinition {
  let name = "lhotse"
  let help = "Lhotse's manifests and an array per utterance"

  func storage(of role: ArchiveRole, _ features: FeatureShape) -> any RoleStorage {
    role == .cmvnStatistics
      ? NpyStorage(role: role, channels: features.channels)
      : NpyFolderStorage(role: role, channels: features.channels)
  }

  func indexNames(labels: [LabelSet], isNormalized: Bool) -> [String] {
    SpeakerIndex.names + ["recordings.jsonl", "supervisions.jsonl", "features.jsonl", "cuts.jsonl"]
      + (isNormalized ? ["features_normalized.jsonl", "cuts_normalized.jsonl"] : [])
  }

  func makeIndexes(_ context: IndexContext, _ set: ShardSet) throws(ArchiveError) -> [any FormatIndex] {
    switch set {
    case .raw: [try SpeakerIndex(context), try LhotseIndex(context, set)]
    case .normalized: [try LhotseIndex(context, set)]
    }
  }

  func readingExamples(_ folder: String, suffix: String) -> [ReadingExample] {
    [ReadingExample(reader: "Python", code: "lhotse.CutSet.from_file('\(folder)/cuts\(suffix).jsonl')")]
  }
}
