import DataManifests

/// Classes of TIMIT phones for the postlexical rules.
enum PhoneGroups {
  static let vowels = Set(PhoneManner.vowel.phones + PhoneManner.diphthong.phones)

  /// The phones that an engine may speak: those of the 61 that are neither closures nor silence.
  static let spoken = Set(PhoneManner.allCases.filter { $0 != .silence }.flatMap(\.phones))

  static let voiced = spoken.subtracting(["p", "t", "k", "q", "ch", "f", "th", "s", "sh", "hh"])

  static let coronals: Set<String> = [
    "t", "d", "n", "s", "z", "l", "dx", "nx", "ch", "jh", "y", "r", "th",
  ]

  /// The closure before each stop and affricate.
  static let closures: [String: String] = [
    "b": "bcl", "d": "dcl", "g": "gcl", "p": "pcl", "t": "tcl", "k": "kcl", "jh": "dcl", "ch": "tcl",
  ]
}
