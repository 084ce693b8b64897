/// The treatment of silence in a phone error rate.
///
/// The conventions differ by one to two points on the same output, so a rate is always given with its
/// convention.
package enum PhoneScoringConvention: String, Sendable, CaseIterable, Codable {
  /// Silence is a token like any other (Kaldi since November 2014).
  case strict

  /// The deletion of a silence is not an error and counts as correct: sclite's optionally deletable word,
  /// `(sil)` under `-D` (Kaldi before, pytorch-kaldi).
  case forgiving

  /// Runs of silence are merged, in reference and hypothesis, before alignment (SpeechBrain).
  case merged
}

extension PhoneScoringConvention {
  /// The sequence to align: deleted phones (−1) are removed, then, if the convention is to, runs of silence
  /// merged.
  ///
  /// So silences on both sides of a deleted phone are one run.
  package func prepare(_ labels: [Int32], silence: Int32?) -> [Int32] {
    var prepared: [Int32] = []
    prepared.reserveCapacity(labels.count)
    for label in labels where label >= 0 {
      if self == .merged, let silence, label == silence, prepared.last == silence { continue }
      prepared.append(label)
    }
    return prepared
  }
}
