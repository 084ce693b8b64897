import Corpus

extension HeldOut {
  /// The rule in words.
  var text: String { "\(speakers) of the \(of, "speaker") of train, held out at even distances in key order" }
}
