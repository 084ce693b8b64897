import Corpus

extension FindingCode {
  /// The remedy, with the option where there is one.
  var commandLineRemedy: Remedy {
    switch self {
    case .channels: Remedy(["give --channel to take one channel", "split the file into mono files"])
    case .rateMismatch:
      Remedy([
        "give --sample-rate", "resample the audio and its labels together (labels count samples)",
      ])
    case .pathOutside: Remedy(["copy the file into the corpus", "give --root so that the root holds it"])
    case .labelUnit: Remedy(["give --label-unit", "rewrite the times in samples"])
    case .labelTier: Remedy(["give --tier with the name of the tier that holds the phones"])
    case .notACorpus:
      Remedy(["give a folder or a list of utterances", "see single files with kaleido corpus inspect"])
    default: Remedy(remedy)
    }
  }
}
