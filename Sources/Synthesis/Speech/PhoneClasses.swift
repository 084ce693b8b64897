/// Classes of TIMIT phones for the postlexical rules.
enum PhoneClasses {
  static let vowels: Set<String> = [
    "iy", "ih", "eh", "ey", "ae", "aa", "aw", "ay", "ah", "ao", "oy", "ow", "uh", "uw", "ux", "er", "ax",
    "ix", "axr", "ax-h",
  ]

  static let voiced: Set<String> = vowels.union([
    "b", "d", "g", "dx", "jh", "z", "zh", "v", "dh", "m", "n", "ng", "em", "en", "eng", "nx", "l", "r", "w",
    "y", "hv", "el",
  ])

  static let coronals: Set<String> = [
    "t", "d", "n", "s", "z", "l", "dx", "nx", "ch", "jh", "y", "r", "th",
  ]

  /// The closure before each stop and affricate.
  static let closures: [String: String] = [
    "b": "bcl", "d": "dcl", "g": "gcl", "p": "pcl", "t": "tcl", "k": "kcl", "jh": "dcl", "ch": "tcl",
  ]

  /// The phones that an engine may speak: those of the 61 that are neither closures nor silence.
  static let spoken: Set<String> = voiced.union([
    "p", "t", "k", "q", "ch", "f", "th", "s", "sh", "hh",
  ])
}
