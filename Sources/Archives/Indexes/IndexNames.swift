/// The closed set of the names that indexes have, by what a directory holds.
package enum IndexNames {
  /// Every index that a run of a configuration could have written, the tables of labels `phonesNN.txt` included, and what stands
  /// beside them.
  package static func all(of configuration: DirectoryConfiguration) -> [String] {
    names(
      of: configuration.format, labels: configuration.labels, normalised: configuration.storesNormalised)
      + [corpusFindings]
  }

  /// What is wrong with the corpus but with no utterance of it, which `preprocess` writes beside the indexes.
  package static let corpusFindings = "corpus_findings.jsonl"

  /// Every index of any configuration, and what stands beside them.
  static var all: [String] {
    Array(
      Set(ArchiveFormat.allCases.flatMap { names(of: $0, labels: PhoneClasses.allCases, normalised: true) }))
      + [corpusFindings]
  }

  private static func names(
    of format: ArchiveFormat, labels: [PhoneClasses], normalised: Bool
  ) -> [String] {
    var names = ["manifest.jsonl", "rejects.jsonl", "warnings.jsonl", "summary.json"]
    names += labels.map { "phones\($0.rawValue).txt" }
    if normalised { names.append("manifest_normalised.jsonl") }
    switch format {
    case .kaldi:
      names += [
        "feats.scp", "wav.scp", "utt2spk", "spk2utt", "utt2num_frames", "utt2dur", "frame_shift", "text",
        "spk2gender", "cmvn_utterance.scp", "cmvn.scp", "cmvn.ark",
      ]
      names += labels.map { "labels\($0.rawValue).scp" }
      if normalised { names.append("feats_normalised.scp") }
    case .npy: names += ["speakers.jsonl", "cmvn.npy"]
    case .lhotse:
      names += [
        "speakers.jsonl", "cmvn.npy", "recordings.jsonl", "supervisions.jsonl", "features.jsonl",
        "cuts.jsonl",
      ]
      if normalised { names += ["features_normalised.jsonl", "cuts_normalised.jsonl"] }
    }
    return names
  }
}
