import DataManifests
import Files
import Testing

@Suite("PhoneSet")
struct PhoneSetTests {
  let data: DataManifests
  let phones: PhoneSet

  init() throws {
    data = try DataManifests.locate(environment: [:])
    phones = data.phoneSet
  }

  func folding(_ name: String) throws -> Folding { try #require(phones.folding(named: name)) }

  func fold(_ symbol: String, _ name: String) throws -> String? {
    try folding(name).symbol(ofPhone: try #require(phones.phone(symbol)))
  }

  func set(_ table: String) throws -> PhoneSet {
    try PhoneSet(table: Array(table.utf8), name: "mine", path: "mine.tsv")
  }

  // MARK: TIMIT

  @Test("there are 61, 48 and 39 classes in ascending byte order", arguments: ["61", "48", "39"])
  func classes(_ name: String) throws {
    let symbols = try folding(name).symbols
    #expect(symbols.count == Int(name))
    #expect(
      zip(symbols, symbols.dropFirst()).allSatisfy {
        Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8))
      })
  }

  @Test("the labels of the 61, 48 and 39 classes are written, and the 39 are trained where none are named")
  func foldings() {
    #expect(phones.name == "timit" && phones.foldings.map(\.name) == ["61", "48", "39"])
    #expect(phones.lastFolding.name == "39" && phones.identity.symbols == phones.phones)
  }

  @Test("the 39 classes are those of Lee and Hon")
  func thirtyNine() throws {
    let wanted = """
      aa ae ah aw ay b ch d dh dx eh er ey f g hh ih iy jh k l m n ng ow oy p r s sh sil t th uh uw v w y z
      """
    #expect(try folding("39").symbols.joined(separator: " ") == wanted)
  }

  @Test("the indices used in written labels do not change")
  func indices() throws {
    #expect(phones.phone("aa") == 0 && phones.phone("h#") == 27 && phones.phone("zh") == 60)
    #expect(phones.silence == 27 && phones.silences.map { phones.phones[$0] } == ["h#", "pau", "epi"])
    for (name, silence) in [("48", 37), ("39", 30)] {
      let folding = try folding(name)
      #expect(folding.symbols.firstIndex(of: "sil") == silence && folding.silence == Int32(silence))
    }
    #expect(phones.silence(named: "sil") == 27 && phones.silence(named: "cl") == nil)
  }

  @Test("a phone with NUL bytes behind it is none", arguments: ["aa\0", "s\0\0", "\0", "h#\0\0\0\0\0\0"])
  func paddedSymbol(symbol: String) { #expect(phones.phone(symbol) == nil) }

  @Test(
    "phones are folded as listed",
    arguments: [
      ("ax", "ax", "ah"), ("ax-h", "ax", "ah"), ("ao", "ao", "aa"), ("axr", "er", "er"),
      ("bcl", "vcl", "sil"),
      ("dcl", "vcl", "sil"), ("gcl", "vcl", "sil"), ("pcl", "cl", "sil"), ("tcl", "cl", "sil"),
      ("kcl", "cl", "sil"), ("el", "el", "l"), ("em", "m", "m"), ("en", "en", "n"), ("eng", "ng", "ng"),
      ("epi", "epi", "sil"), ("h#", "sil", "sil"), ("pau", "sil", "sil"), ("hv", "hh", "hh"),
      ("ix", "ix", "ih"),
      ("nx", "n", "n"), ("ux", "uw", "uw"), ("zh", "zh", "sh"),
    ])
  func folding(_ phone: String, _ in48: String, _ in39: String) throws {
    #expect(try fold(phone, "61") == phone)
    #expect(try fold(phone, "48") == in48)
    #expect(try fold(phone, "39") == in39)
  }

  @Test("the other 38 phones are unchanged, and only q is deleted")
  func unchanged() throws {
    var unchanged = 0
    for symbol in phones.phones {
      let folded = (try fold(symbol, "48"), try fold(symbol, "39"))
      if folded == (symbol, symbol) { unchanged += 1 }
      #expect((folded.0 == nil) == (symbol == "q") && (folded.1 == nil) == (symbol == "q"))
    }
    #expect(unchanged == 38)
  }

  @Test("symbols are compared as they are", arguments: ["", "H#", "zz", "aaa", "a", "ax-h-long", "\u{E9}"])
  func strangers(_ symbol: String) { #expect(phones.phone(symbol) == nil) }

  // MARK: Any table

  @Test(
    "a table may have symbols of any length in UTF-8, any number of foldings, deleted phones and no manner")
  func anyTable() throws {
    let set = try set(
      """
      # comments are before the header
      phone\tclass\tvoiced\tsilence
      ɛ̃\te\tyes\t
      #\t_\t\tyes
      a_very_long_symbol\te\tyes\t
      t͡ʃ\tt\tno\t
      sil\t_\t\tyes

      """)
    #expect(set.phones == ["#", "a_very_long_symbol", "sil", "t͡ʃ", "ɛ̃"])
    #expect(set.foldings.map(\.name) == ["phone", "class", "voiced"])
    #expect(set.foldings.map(\.symbols.count) == [5, 3, 2])
    #expect(set.silences == [0, 2] && set.folding(named: "voiced")?.silence == -1)
    #expect(set.folding(named: "class")?.classOfPhone == [0, 1, 0, 2, 1])
    // Symbols are the same however a letter and its mark are encoded.
    #expect(try self.set("phone\nç\n").phone("c\u{327}") == 0)
    #expect(set.identity.displayOrder == DisplayOrder(order: [4, 0, 1, 3, 2]))
  }

  @Test("what is written as JSON reads back as it was", arguments: ["timit", "xsampa", "mfa-english-ipa"])
  func json(_ name: String) throws {
    let set = try data.phoneSet(named: name)
    let text = set.json.text
    let read = try PhoneSet(
      json: try JSONParser.parse(Array(text.utf8), path: "config.json"), path: "config.json")
    #expect(read == set && read.displaysLike(set))
    #expect(try read.sha256 == set.sha256)
    #expect(throws: (any Error).self) {
      try PhoneSet(json: ["name": "x", "table": ["phone"]], path: "c.json")
    }
  }

  @Test("case is ignored only where it distinguishes no phones")
  func letterCase() throws {
    let arpabet = try data.phoneSet(named: "arpabet")
    #expect(arpabet.phone(ignoringCaseOf: "aa1") == arpabet.phone("AA1"))
    #expect(try data.phoneSet(named: "xsampa").phone(ignoringCaseOf: "P") == nil)
    #expect(phones.phone(ignoringCaseOf: "SIL") == phones.silence)
  }

  @Test("every set of the data folder has silence and its foldings")
  func shipped() throws {
    #expect(
      data.phoneSetNames == [
        "arpabet", "buckeye", "l2-arctic", "librispeech-41", "mfa-english-ipa", "speechocean", "timit",
        "xsampa",
      ])
    for name in data.phoneSetNames {
      let set = try data.phoneSet(named: name)
      #expect(set.silence != nil && set.columns.count >= 2 && set.lastFolding.silence >= 0, "\(name)")
      #expect(set.lastFolding(of: set.columns)?.name == set.lastFolding.name, "\(name)")
      #expect(!set.identity.displayOrder.rules.isEmpty && set.name == name)
    }
    let libri = try data.phoneSet(named: "librispeech-41")
    let schwa = try #require(libri.phone("AH0"))
    #expect(libri.lastFolding.classCount == 41 && libri.lastFolding.symbol(ofPhone: schwa) == "AH")
    #expect(throws: DataManifestError.unknownPhoneSet(name: "klingon", known: data.phoneSetNames)) {
      try data.phoneSet(named: "klingon")
    }
  }

  @Test("classes are folded into another column only where each has one class there")
  func maps() throws {
    let set = try set(
      "phone\tplace\tmanner2\np\tlabial\tstop\nb\tlabial\tstop\nm\tlabial\tnasal\nq\t\tstop\n")
    let (phone, place, manner) = (set.columns[0], set.columns[1], set.columns[2])
    #expect(phone.map(to: place) == [0, 0, 0, -1] && phone.map(to: manner) == [1, 0, 1, 1])
    #expect(place.map(to: manner) == nil && manner.map(to: place) == nil)
    #expect(set.lastFolding(of: [place])?.name == "place" && set.lastFolding(of: [phone])?.name == "manner2")
    #expect(set.lastFolding(of: [place, manner]) == nil)
  }

  @Test("the first differences between two sets are named")
  func differences() throws {
    let set = try set("phone\tclass\tsilence\na\tx\t\nb\tx\t\ns\ts\tyes\n")
    #expect(set.differences(from: set).isEmpty)
    // Order, manner and name change no label.
    #expect(
      set.differences(
        from: try self.set("phone\tclass\tsilence\tmanner\ns\ts\tyes\tsilence\nb\tx\t\tstop\na\tx\t\t\n")
      ).isEmpty)
    let others = try [
      "phone\tclass\tsilence\na\tx\t\nc\tx\t\ns\ts\tyes\n", "phone\tclass\na\tx\nb\tx\ns\ts\n",
      "phone\tother\tsilence\na\tx\t\nb\tx\t\ns\ts\tyes\n",
      "phone\tclass\tsilence\na\tx\t\nb\t\t\ns\ts\tyes\n",
    ].map { set.differences(from: try self.set($0)) }
    #expect(
      others == [
        [PhoneSetDifference(field: "phones", held: "3, b among them", wanted: "3, c among them")],
        [PhoneSetDifference(field: "silence", held: "s", wanted: "none")],
        [PhoneSetDifference(field: "columns", held: "phone class", wanted: "phone other")],
        [PhoneSetDifference(field: "class of b", held: "x", wanted: "deleted")],
      ])
  }

  @Test("the symbols that are found are a set in byte order, silences known by their names")
  func found() throws {
    let set = try #require(PhoneSet(found: ["ɔ", "b", "sp", "a b", "", "a", "SIL"]))
    #expect(set.name == "auto" && set.phones == ["SIL", "a", "b", "sp", "ɔ"])
    #expect(set.silences.map { set.phones[$0] } == ["SIL", "sp"] && set.foldings.map(\.name) == ["phone"])
    #expect(PhoneSet(found: []) == nil && PhoneSet(found: (0...1024).map { "w\($0)" }) == nil)
  }

  @Test(
    "a malformed table is refused with the line and the reason",
    arguments: [
      ("", "", "a header"), ("phone\n", "", "a row"), ("aa\tbb\naa\taa\n", "line 1", "first column"),
      ("phone\t48\t48\naa\ta\ta\n", "line 1", "different names"),
      ("phone\ta b\naa\ta\n", "line 1", "letters"), ("phone\t\naa\ta\n", "line 1", "letters"),
      ("phone\tx\naa\n", "line 2", "2 columns"), ("phone\tx\n\tx\n", "line 2", "a symbol"),
      ("phone\na\nb\na\n", "line 4", "each phone once"), ("phone\na b\n", "line 2", "blanks"),
      ("phone\na\u{7}\n", "line 2", "blanks"), ("phone\tx\na\t\n", "x", "a class"),
      ("phone\tsilence\na\t1\n", "line 2", "yes"), ("phone\tmanner\na\tloud\n", "line 2", "vowel"),
      ("# c\n\nphone\n\(String(repeating: "x", count: 65))\n", "line 4", "64 bytes"),
      ("phone" + (0..<16).map { "\t\($0)" }.joined() + "\n", "line 1", "16 columns"),
      ("phone\n" + (0...1024).map { "p\($0)\n" }.joined(), "line 1026", "1024 phones"),
      ("phone\nç\nc\u{327}\n", "line 3", "each phone once"),
    ])
  func malformed(_ table: String, _ field: String, _ expected: String) {
    let error = #expect(throws: DataManifestError.self) { try set(table) }
    guard case .malformed("mine.tsv", field, let reason, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.contains(expected), "\(reason)")
  }

  @Test("a table that is not UTF-8 is refused")
  func encoding() {
    #expect(throws: DataManifestError.self) {
      try PhoneSet(table: Array("phone\n".utf8) + [0xFF, 0x0A], name: "x", path: "x.tsv")
    }
  }
}

extension PhoneSet {
  fileprivate func displaysLike(_ other: PhoneSet) -> Bool {
    columns.map(\.displayOrder) == other.columns.map(\.displayOrder)
  }
}
