extension ArchiveFormat {
  package static let npy = ArchiveFormat(NpyFormat())
}

/// One packed `[frames, channels]` array per shard, with `manifest.jsonl` as index.
struct NpyFormat: ArchiveFormatDefinition {
  let name = "npy"
  let help = "NumPy arrays, packed by shard"

  func storage(of role: ArchiveRole, _ features: FeatureShape) -> any RoleStorage {
    NpyStorage(role: role, channels: features.channels)
  }

  func indexNames(labels: [LabelSet], isNormalized: Bool) -> [String] { SpeakerIndex.names }

  func makeIndexes(_ context: IndexContext, _ set: ShardSet) throws(ArchiveError) -> [any FormatIndex] {
    switch set {
    case .raw: [try SpeakerIndex(context)]
    case .normalized: []
    }
  }

  func readingExamples(_ folder: String, suffix: String) -> [ReadingExample] {
    [
      ReadingExample(
        reader: "Python",
        code:
          "for u in map(json.loads, open('\(folder)/manifest\(suffix).jsonl')): ...  # file, first row, rows")
    ]
  }
}
