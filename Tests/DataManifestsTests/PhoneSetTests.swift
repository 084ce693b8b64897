import DataManifests
import Testing

@Suite("PhoneSet")
struct PhoneSetTests {
  let phones: PhoneSet

  init() throws { phones = try DataManifests.locate(environment: [:]).phoneSet }

  func fold(_ symbol: String, _ folding: Folding) throws -> String? {
    let index = phones.classOfPhone(folding)[try #require(phones.phone(symbol))]
    return index < 0 ? nil : phones.symbols(folding)[Int(index)]
  }

  @Test("there are 61, 48 and 39 classes in ascending byte order", arguments: Folding.allCases)
  func classes(_ folding: Folding) {
    let symbols = phones.symbols(folding)
    #expect(symbols.count == folding.rawValue)
    #expect(
      zip(symbols, symbols.dropFirst()).allSatisfy {
        Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8))
      })
  }

  @Test("the 39 classes are those of Lee and Hon")
  func thirtyNine() {
    let wanted = """
      aa ae ah aw ay b ch d dh dx eh er ey f g hh ih iy jh k l m n ng ow oy p r s sh sil t th uh uw v w y z
      """
    #expect(phones.symbols(.phones39).joined(separator: " ") == wanted)
  }

  @Test("the indices used in written labels do not change")
  func indices() {
    #expect(phones.phone("aa") == 0 && phones.phone("h#") == 27 && phones.phone("zh") == 60)
    #expect(phones.silence == 27)
    #expect(phones.symbols(.phones48).firstIndex(of: "sil") == 37)
    #expect(phones.symbols(.phones39).firstIndex(of: "sil") == 30)
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
    #expect(try fold(phone, .phones61) == phone)
    #expect(try fold(phone, .phones48) == in48)
    #expect(try fold(phone, .phones39) == in39)
  }

  @Test("the other 38 phones are unchanged, and only q is deleted")
  func unchanged() throws {
    var unchanged = 0
    for symbol in phones.symbols(.phones61) {
      let folded = (try fold(symbol, .phones48), try fold(symbol, .phones39))
      if folded == (symbol, symbol) { unchanged += 1 }
      #expect((folded.0 == nil) == (symbol == "q") && (folded.1 == nil) == (symbol == "q"))
    }
    #expect(unchanged == 38)
  }

  @Test("symbols are compared byte by byte", arguments: ["", "H#", "zz", "aaa", "a", "ax-h-long", "\u{E9}"])
  func strangers(_ symbol: String) { #expect(phones.phone(symbol) == nil) }

  @Test(
    "a table with a missing, repeated or invalid class is refused",
    arguments: ["", "aa\taa\n", "aa\taa\taa\n", "a b\ta\ta\n", "\ta\ta\n", "123456789\ta\ta\n"])
  func malformed(_ table: String) {
    let error = #expect(throws: DataManifestError.self) {
      try PhoneSet(table: Array(table.utf8), path: "p.tsv")
    }
    guard case .malformed("p.tsv", _, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
