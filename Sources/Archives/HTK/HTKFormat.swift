import Files

extension ArchiveFormat {
  package static let htk = ArchiveFormat(HTKFormat())
}

/// HTK parameter files of kind `USER`, one per utterance, with script files and master label files as index.
///
/// Frame labels and CMVN statistics, for which HTK has no files, are stored as in `npy`.
struct HTKFormat: ArchiveFormatDefinition {
  let name = "htk"
  let help = "HTK parameter files and label files"

  /// The size of a frame is an Int16.
  let maximumChannels = Int(Int16.max) / 4

  func storage(of role: ArchiveRole, _ features: FeatureShape) -> any RoleStorage {
    role == .features ? HTKStorage(features) : NpyStorage(role: role, channels: features.channels)
  }

  func indexNames(labels: [LabelSet], isNormalized: Bool) -> [String] {
    SpeakerIndex.names + [HTKScriptIndex.name(.raw), HTKLabelIndex.phones, HTKLabelIndex.words]
      + (isNormalized ? [HTKScriptIndex.name(.normalized)] : [])
  }

  func makeIndexes(_ context: IndexContext, _ set: ShardSet) throws(ArchiveError) -> [any FormatIndex] {
    let script = try HTKScriptIndex(context, set)
    switch set {
    case .raw: return [try SpeakerIndex(context), script, try HTKLabelIndex(context)]
    case .normalized: return [script]
    }
  }

  func readingExamples(_ folder: String, suffix: String) -> [ReadingExample] {
    [ReadingExample(reader: "HTK", code: "HList -h -S '\(folder)/features\(suffix).scp' | head")]
  }

  var externalFiles: String? { "KEY.htk (or .mfc, .fbk, .plp)" }

  func externalFeatures(in folder: String, store: FileStore) throws(ArchiveError) -> [ExternalFeatures] {
    try Archives.externalFeatures(in: folder, suffixes: [".htk", ".mfc", ".fbk", ".plp"], store: store) {
      (path) throws(ArchiveError) in
      try ArchiveError.onFiles { () throws(FileError) in try HTKReader(store: store).read(path: path) }
    }
  }
}
