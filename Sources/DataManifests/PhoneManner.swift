/// The manner of articulation of a phone.
package enum PhoneManner: String, CaseIterable, Sendable {
  case vowel, diphthong, approximant, nasal, fricative
  /// With affricates and the flap.
  case stop
  /// With closures.
  case silence

  /// TIMIT's phones of the manner, similar ones next to each other.
  ///
  /// Each of the 61 phones has one manner. The 39 classes are among them, with `sil`, into which silence and
  /// closures are folded.
  package var phones: [String] {
    switch self {
    case .vowel:
      [
        "iy", "ih", "ix", "ey", "eh", "ae", "aa", "ao", "ah", "ax", "ax-h", "uh", "uw", "ux", "er", "axr",
      ]
    case .diphthong: ["ay", "oy", "aw", "ow"]
    case .approximant: ["l", "el", "r", "w", "y", "hh", "hv"]
    case .nasal: ["m", "em", "n", "en", "nx", "ng", "eng"]
    case .fricative: ["s", "z", "sh", "zh", "f", "v", "th", "dh"]
    case .stop: ["ch", "jh", "b", "d", "g", "p", "t", "k", "dx", "q"]
    case .silence: ["bcl", "dcl", "gcl", "pcl", "tcl", "kcl", "epi", "pau", "h#", "sil"]
    }
  }
}
