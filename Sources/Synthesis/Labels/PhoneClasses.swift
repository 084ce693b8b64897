/// The classes of TIMIT's phones that the rules speak of.
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

  /// The closure in front of each stop and affricate.
  static let closures: [String: String] = [
    "b": "bcl", "d": "dcl", "g": "gcl", "p": "pcl", "t": "tcl", "k": "kcl", "jh": "dcl", "ch": "tcl",
  ]

  /// What an engine may say beside silence: the phones of the 61 that are no closures.
  static let spoken: Set<String> = voiced.union([
    "p", "t", "k", "q", "ch", "f", "th", "s", "sh", "hh",
  ])
}
