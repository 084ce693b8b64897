extension ArchiveFormat {
  package static let kaldi = ArchiveFormat(KaldiFormat())
}

/// Kaldi archives, float or compressed, with a Kaldi data directory as index.
struct KaldiFormat: ArchiveFormatDefinition {
  let name = "kaldi"
  let help = "Kaldi archives and a data directory"
  let canCompress = true

  func storage(of role: ArchiveRole, _ features: FeatureShape) -> any RoleStorage {
    if features.isCompressed && role == .features {
      return KaldiCompressedStorage(channels: features.channels)
    }
    return KaldiStorage(role: role, channels: features.channels)
  }

  func indexNames(labels: [LabelSet], isNormalized: Bool) -> [String] {
    var names = [
      "feats.scp", "wav.scp", "utt2spk", "spk2utt", "utt2num_frames", "utt2dur", "frame_shift", "text",
      "spk2gender", "cmvn_utterance.scp", "cmvn.scp", "cmvn.ark",
    ]
    names += labels.map { "labels\($0.suffix).scp" }
    if isNormalized { names.append("feats_normalized.scp") }
    return names
  }

  func makeIndexes(_ context: IndexContext, _ set: ShardSet) throws(ArchiveError) -> [any FormatIndex] {
    switch set {
    case .raw: [try KaldiIndex(context)]
    case .normalized: [try KaldiFeatureIndex(context, set)]
    }
  }

  func readingExamples(_ folder: String, suffix: String) -> [ReadingExample] {
    [
      ReadingExample(reader: "Kaldi", code: "copy-feats 'scp:\(folder)/feats\(suffix).scp' ark,t:- | head"),
      ReadingExample(
        reader: "Python",
        code: "kaldi_native_io.SequentialFloatMatrixReader('scp:\(folder)/feats\(suffix).scp')"),
    ]
  }
}
