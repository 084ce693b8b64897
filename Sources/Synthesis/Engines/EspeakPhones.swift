/// The map from eSpeak NG's English phonemes to TIMIT's phones.
enum EspeakPhones {
  /// The phones of a phoneme with their fractions of its duration; empty for a mark, nil if it is unknown.
  ///
  /// A digit or mark at the end of a name denotes a variant of the same phoneme.
  static func phones(of name: String) -> [(phone: String, share: Double)]? {
    if name == ";" { return [] }
    if let found = table[name] { return found }
    var plain = name[...]
    while let last = plain.last, "#2345-[".contains(last) { plain = plain.dropLast() }
    return table[String(plain)]
  }

  private static let table: [String: [(phone: String, share: Double)]] = {
    var table: [String: [(phone: String, share: Double)]] = [:]
    for (phone, names) in single {
      for name in names.split(separator: " ") { table[String(name)] = [(phone, 1)] }
    }
    for (first, share, second, names) in double {
      for name in names.split(separator: " ") { table[String(name)] = [(first, share), (second, 1 - share)] }
    }
    return table
  }()

  private static let single: [(phone: String, names: String)] = [
    ("p", "p"), ("b", "b"), ("t", "t t2 t["), ("d", "d d["), ("k", "k"), ("g", "g"), ("dx", "t#"), ("q", "?"),
    ("ch", "tS"), ("jh", "dZ"), ("f", "f"), ("v", "v v#"), ("th", "T"), ("dh", "D"), ("s", "s"),
    ("z", "z z#"),
    ("sh", "S"), ("zh", "Z"), ("hh", "h"), ("m", "m"), ("n", "n n-"), ("ng", "N"), ("l", "l"), ("el", "@L"),
    ("r", "r r-"), ("w", "w w#"), ("y", "j"), ("iy", "i: i"), ("ih", "I"), ("ix", "I2 I#"), ("eh", "E"),
    ("ey", "eI"),
    ("ae", "a aa"), ("aa", "0 A:"), ("ah", "V"), ("ao", "O: O2"), ("aw", "aU"), ("ay", "aI aI2"),
    ("oy", "OI"),
    ("ow", "oU"), ("uh", "U"), ("uw", "u:"), ("er", "3:"), ("axr", "3"), ("ax", "@ @2 @5 a#"),
    (SpokenSegment.silence, "_ _: _! _|"),
  ]

  private static let double: [(first: String, share: Double, second: String, names: String)] = [
    ("aa", 0.55, "r", "A@"), ("ao", 0.55, "r", "O@ o@"), ("eh", 0.55, "r", "e@"), ("uh", 0.55, "r", "U@"),
    ("ih", 0.55, "r", "i@3 IR"), ("ah", 0.55, "r", "VR"), ("ay", 0.6, "axr", "aI3"), ("ay", 0.6, "ax", "aI@"),
    ("iy", 0.55, "ax", "i@"),
  ]
}
