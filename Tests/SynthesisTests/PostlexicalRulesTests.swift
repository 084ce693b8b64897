import Testing

@testable import Synthesis

/// Contiguous segments of given durations, over a signal with given levels.
private struct Scene {
  var segments: [SpokenSegment] = []
  var samples: [Float] = []

  mutating func add(
    _ phone: String, _ milliseconds: Int, word: Int? = 0, isStressed: Bool = false, levels: [Float] = [300]
  ) {
    let start = samples.count
    for millisecond in 0..<milliseconds {
      let level = levels[millisecond * levels.count / milliseconds]
      for sample in 0..<16 { samples.append(level * (sample % 2 == 0 ? 1 : -1)) }
    }
    segments.append(
      SpokenSegment(
        phone: phone, start: start, end: samples.count, word: phone == SpokenSegment.silence ? nil : word,
        isStressed: isStressed))
  }

  var phones: [PostlexicalRules.Phone] { PostlexicalRules(samples: samples).phones(of: segments) }
  var symbols: [String] { phones.map(\.symbol) }
}

@Suite struct PostlexicalRulesTests {
  @Test("a stop is split at its burst")
  func burst() {
    var scene = Scene()
    scene.add("s", 80)
    scene.add("t", 90, levels: [1, 1, 1, 1, 1, 1, 500, 500, 500])
    scene.add("aa", 100, isStressed: true, levels: [2000])
    #expect(scene.symbols == ["s", "tcl", "t", "aa"])
    let closure = scene.phones[1]
    #expect(closure.start == 80 * 16 && abs(closure.end - 140 * 16) <= 2 * 16)
  }

  @Test("a stop without a burst is only a closure before a stop or silence, else it is split")
  func missingBurst() {
    var before = Scene()
    before.add("aa", 80)
    before.add("k", 70)
    before.add("t", 70)
    before.add("sil", 100)
    #expect(before.symbols == ["aa", "kcl", "tcl", "h#"])
    var vowel = Scene()
    vowel.add("s", 80)
    vowel.add("p", 100)
    vowel.add("aa", 80)
    #expect(vowel.symbols == ["s", "pcl", "p", "aa"])
    #expect(vowel.phones[1].end - vowel.phones[1].start == 60 * 16)
  }

  @Test(
    "affricates and voiced stops have their closures",
    arguments: [("ch", "tcl"), ("jh", "dcl"), ("b", "bcl"), ("g", "gcl")])
  func closures(stop: String, closure: String) {
    var scene = Scene()
    scene.add("n", 60)
    scene.add(stop, 100, levels: [1, 400])
    scene.add("iy", 90)
    #expect(scene.symbols == ["n", closure, stop, "iy"])
  }

  @Test(
    "a short t or d between vowels, the second unstressed, is a flap",
    arguments: [("t", 40, false, "dx"), ("d", 40, false, "dx"), ("t", 40, true, ""), ("t", 60, false, "")])
  func flaps(stop: String, milliseconds: Int, isStressed: Bool, flap: String) {
    var scene = Scene()
    scene.add("ao", 100)
    scene.add(stop, milliseconds)
    scene.add("axr", 80, isStressed: isStressed)
    #expect(scene.symbols.contains("dx") == !flap.isEmpty)
  }

  @Test("a short n between vowels is a nasal flap")
  func nasalFlap() {
    var scene = Scene()
    scene.add("ih", 70, isStressed: true)
    scene.add("n", 40)
    scene.add("axr", 80)
    #expect(scene.symbols == ["ih", "nx", "axr"])
  }

  @Test(
    "schwa and a sonorant after a voiceless consonant are a syllabic sonorant",
    arguments: [("l", "el"), ("n", "en"), ("m", "em"), ("ng", "eng")])
  func syllabicSonorants(sonorant: String, syllabic: String) {
    var scene = Scene()
    scene.add("s", 80)
    scene.add("ax", 30)
    scene.add(sonorant, 60)
    #expect(scene.symbols == ["s", syllabic])
    var voiced = Scene()
    voiced.add("z", 80)
    voiced.add("ax", 30)
    voiced.add(sonorant, 60)
    #expect(voiced.symbols == ["z", "ax", sonorant])
    var words = Scene()
    words.add("s", 80)
    words.add("ax", 30)
    words.add(sonorant, 60, word: 1)
    #expect(words.symbols == ["s", "ax", sonorant], "not across a word boundary")
  }

  @Test("vowels are reduced, fronted and r-colored")
  func vowels() {
    var scene = Scene()
    scene.add("d", 30)
    scene.add("uw", 80)
    scene.add("m", 60)
    scene.add("uw", 80)
    scene.add("s", 80)
    scene.add("ih", 40)
    scene.add("s", 80)
    scene.add("ih", 40, isStressed: true)
    scene.add("s", 80)
    scene.add("er", 80)
    scene.add("r", 40)
    scene.add("s", 80)
    scene.add("er", 80, isStressed: true)
    #expect(
      scene.symbols.filter { PhoneGroups.vowels.contains($0) } == ["ux", "uw", "ix", "ih", "axr", "er"])
    #expect(!scene.symbols.contains("r"), "an r after an r-colored vowel is joined to it")
  }

  @Test("h between voiced sounds is voiced")
  func voicedH() {
    var scene = Scene()
    scene.add("hh", 50)
    scene.add("aa", 90)
    scene.add("hh", 50)
    scene.add("aa", 90)
    #expect(scene.symbols == ["hh", "aa", "hv", "aa"])
  }

  @Test("silence is named by position and duration")
  func silence() {
    var scene = Scene()
    scene.add("sil", 100)
    scene.add("s", 80)
    scene.add("sil", 20)
    scene.add("l", 80)
    scene.add("sil", 60)
    scene.add("sil", 60)
    scene.add("s", 80)
    scene.add("sil", 90)
    #expect(scene.symbols == ["h#", "s", "epi", "l", "pau", "s", "h#"])
    #expect(scene.phones.map(\.end).last == scene.samples.count)
    #expect(zip(scene.phones, scene.phones.dropFirst()).allSatisfy { $0.end == $1.start })
  }
}
