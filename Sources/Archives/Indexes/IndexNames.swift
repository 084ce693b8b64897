/// The names of all indexes.
package enum IndexNames {
  /// All indexes that a run of a configuration may write, with the tables of labels `phonesNN.txt` and the
  /// files next to the indexes.
  package static func all(of configuration: DirectoryConfiguration) -> [String] {
    names(
      of: configuration.format, labels: configuration.labels, normalized: configuration.storesNormalized)
      + [corpusFindings]
  }

  /// The findings on the corpus that concern no utterance, which `preprocess` writes next to the indexes.
  package static let corpusFindings = "corpus_findings.jsonl"

  /// All indexes of any configuration, and the files next to them.
  static var all: [String] {
    Array(
      Set(ArchiveFormat.allCases.flatMap { names(of: $0, labels: PhoneClasses.allCases, normalized: true) }))
      + [corpusFindings]
  }

  private static func names(
    of format: ArchiveFormat, labels: [PhoneClasses], normalized: Bool
  ) -> [String] {
    var names = ["manifest.jsonl", "rejects.jsonl", "warnings.jsonl", "summary.json"]
    names += labels.map { "phones\($0.rawValue).txt" }
    if normalized { names.append("manifest_normalized.jsonl") }
    switch format {
    case .kaldi:
      names += [
        "feats.scp", "wav.scp", "utt2spk", "spk2utt", "utt2num_frames", "utt2dur", "frame_shift", "text",
        "spk2gender", "cmvn_utterance.scp", "cmvn.scp", "cmvn.ark",
      ]
      names += labels.map { "labels\($0.rawValue).scp" }
      if normalized { names.append("feats_normalized.scp") }
    case .npy: names += ["speakers.jsonl", "cmvn.npy"]
    case .lhotse:
      names += [
        "speakers.jsonl", "cmvn.npy", "recordings.jsonl", "supervisions.jsonl", "features.jsonl",
        "cuts.jsonl",
      ]
      if normalized { names += ["features_normalized.jsonl", "cuts_normalized.jsonl"] }
    }
    return names
  }
}
