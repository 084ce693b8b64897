import Corpus
import DataManifests
import Foundation
import Testing

@Suite("Split")
struct SplitTests {
  let data: DataManifests

  init() throws { data = try testData.get() }

  func corpus(_ stems: [String]) throws -> (TemporaryFolder, CorpusCatalog) {
    let folder = try TemporaryFolder()
    for stem in stems { try folder.write("\(stem).WAV", "NIST_1A") }
    return (folder, try CorpusCatalog(folder.path, data: data))
  }

  func speakers(_ catalog: CorpusCatalog, _ split: String) -> [String] {
    let members = catalog.splits().members(of: split) ?? []
    return Set(members.map { catalog.utterances[$0].speaker }).sorted()
  }

  @Test("splits are TIMIT's lists if all 24 core speakers are present, in upper or lower case")
  func timit() throws {
    let splits = try #require(data.timit.splits)
    let core = try #require(splits.first { $0.name == "core-test" }?.speakers)
    let dev = try #require(splits.first { $0.name == "dev" }?.speakers)
    let rest = ["FAAA0", "MZZZ9"]
    let stems =
      (core + dev + rest).map { "test/dr1/\($0.lowercased())/sx1" } + [
        "train/dr1/fcjf0/sa1", "train/dr1/fcjf0/sx1",
      ]
    let (_, catalog) = try corpus(stems)
    #expect(catalog.description?.name == "timit")
    #expect(catalog.splits().rule == .description)
    #expect(catalog.splits().names == ["train", "dev", "core-test", "test"])
    #expect(speakers(catalog, "core-test") == core.sorted())
    #expect(speakers(catalog, "dev") == dev.sorted())
    #expect(speakers(catalog, "train") == ["FCJF0"])
    #expect(speakers(catalog, "test") == (core + dev + rest).sorted())
    #expect(catalog.utterances.filter(catalog.isCalibration).map(\.key) == ["FCJF0_SA1"])
  }

  @Test("an incomplete copy of TIMIT is compared with the official counts, also by region")
  func incomplete() throws {
    let core = try #require(data.timit.splits?.first { $0.name == "core-test" }?.speakers)
    let (_, catalog) = try corpus(core.enumerated().map { "TEST/DR\($0 / 3 + 1)/\($1)/SX1" })
    let check = try catalog.check()
    let counts = check.findings.filter { $0.code == .splitCount }.map {
      "\($0.field ?? "") \($0.found ?? "")"
    }
    #expect(counts.contains("core-test.utterances 24") && !counts.contains("core-test.speakers 24"))
    #expect(counts.contains("train.speakers 0") && counts.contains("dev.speakers 0"))
    #expect((1...8).allSatisfy { counts.contains("DR\($0).speakers 3") })
  }

  @Test("splits are the folders if a core speaker is missing")
  func almostTIMIT() throws {
    let core = try #require(data.timit.splits?.first { $0.name == "core-test" }?.speakers)
    let (_, catalog) = try corpus(core.dropLast().map { "TEST/DR1/\($0)/SX1" })
    #expect(catalog.description == nil)
    #expect(catalog.splits().rule == .folders)
    #expect(catalog.splits().names == ["test"])
    // The only sign that the official splits are not used.
    let counts = catalog.findings.filter { $0.code == .splitCount }
    #expect(counts.map(\.found) == ["23"] && counts.first?.severity == .warning)
  }

  @Test(
    "splits by folder hold out every tenth TRAIN speaker in key order, at least four of twelve",
    arguments: [
      (1, []), (2, ["S02"]), (3, ["S03"]), (6, ["S03", "S06"]), (9, ["S03", "S06", "S09"]),
      (12, ["S03", "S06", "S09", "S12"]), (20, ["S05", "S10", "S15", "S20"]),
      (40, ["S10", "S20", "S30", "S40"]), (45, ["S09", "S18", "S27", "S36", "S45"]),
      (50, ["S10", "S20", "S30", "S40", "S50"]),
    ])
  func everyTenth(_ count: Int, _ dev: [String]) throws {
    let all = (1...count).map { "S" + ($0 < 10 ? "0" : "") + "\($0)" }
    let (_, catalog) = try corpus(all.map { "TRAIN/DR1/\($0)/SX1" } + ["TEST/DR1/T01/SX1"])
    #expect(speakers(catalog, "dev") == dev)
    #expect(speakers(catalog, "train") == all.filter { !dev.contains($0) })
    #expect(speakers(catalog, "test") == ["T01"])
    #expect(catalog.splits().members(of: "core-test") == nil)
    #expect((catalog.splits().heldOut?.speakers ?? 0) == dev.count)
  }

  @Test("more speakers are held out where those have less than a tenth of the speech, up to a third")
  func bySpeech() throws {
    let folder = try TemporaryFolder()
    // Every tenth speaker has few utterances.
    for number in 1...40 {
      let text = String(repeating: "x", count: number.isMultiple(of: 10) ? 1 : 100)
      try folder.write("TRAIN/S\(number < 10 ? "0" : "")\(number)/U.WAV", text)
    }
    let catalog = try CorpusCatalog(folder.path, data: data)
    #expect(speakers(catalog, "dev") == ["S08", "S16", "S24", "S32", "S40"])
    #expect(catalog.splits().heldOut?.of == 40)
  }

  @Test("a recording of many utterances counts once in the speech of its speaker")
  func byRecording() throws {
    let folder = try TemporaryFolder()
    var lines: [String] = []
    // Every tenth speaker has a short recording in many parts.
    for number in 1...40 {
      let (name, isTenth) = ("S\(number < 10 ? "0" : "")\(number)", number.isMultiple(of: 10))
      try folder.write("\(name).WAV", String(repeating: "x", count: isTenth ? 10 : 100))
      for part in 0..<(isTenth ? 30 : 1) {
        lines.append(
          #"{"id":"\#(name)_U\#(part)","audio":"\#(name).WAV","speaker":"\#(name)","split":"train","#
            + #""start":\#(part),"end":\#(part + 1)}"#)
      }
    }
    let manifest = try folder.write("m.jsonl", lines.joined(separator: "\n"))
    #expect(
      speakers(try CorpusCatalog(manifest, data: data), "dev") == ["S08", "S16", "S24", "S32", "S40"])
  }

  @Test("a manifest without dev speakers gets them from its training speakers, as folders do")
  func manifestHoldOut() throws {
    let (folder, _) = try corpus((1...6).map { "S\($0)/U" })
    let lines = (1...6).map {
      #"{"id":"S\#($0)_U","audio":"S\#($0)/U.WAV","split":"\#($0 < 6 ? "train" : "test")"}"#
    }
    let catalog = try CorpusCatalog(
      try folder.write("m.jsonl", lines.joined(separator: "\n")), data: data)
    #expect(catalog.splits().rule == .manifest && catalog.splits().heldOut?.of == 5)
    #expect(speakers(catalog, "dev") == ["S5"] && speakers(catalog, "train") == ["S1", "S2", "S3", "S4"])
    #expect(speakers(catalog, "test") == ["S6"])
  }

  @Test("the speaker may be named by a pattern on the path of the audio")
  func speakerPattern() throws {
    let (folder, _) = try corpus(["a/x-ann-1", "a/x-bob-2", "b/other"])
    func catalog(_ pattern: String) throws -> CorpusCatalog {
      try CorpusCatalog(
        folder.path, options: CorpusOptions(speakerPattern: SpeakerPattern(pattern)), data: data
      )
    }
    let found = try catalog("x-([a-z]+)-")
    #expect(
      found.utterances.map { "\($0.key) \($0.speaker)" } == [
        "ANN_X-ANN-1 ANN", "BOB_X-BOB-2 BOB", "B_OTHER B",
      ])
    #expect(found.utterances.map { $0.rejection?.code } == [nil, nil, .badID])
    #expect(try catalog("^([^/]+)/").utterances.allSatisfy { $0.rejection == nil })
  }

  @Test(
    "a pattern without one group is none", arguments: ["(", "ann", "(a)(b)", "", #"\(a\)"#, "[(]", "(?:a)"])
  func badPattern(_ text: String) { #expect(SpeakerPattern(text) == nil) }

  @Test("the splits of a manifest take precedence")
  func manifest() throws {
    let (folder, _) = try corpus(["TRAIN/DR1/A/SX1", "TEST/DR1/B/SX1", "TEST/DR1/C/SX1"])
    let manifest = try folder.write(
      "m.jsonl",
      """
      {"id":"A_SX1","audio":"TRAIN/DR1/A/SX1.WAV","split":"test"}
      {"id":"B_SX1","audio":"TEST/DR1/B/SX1.WAV","split":"mine"}
      {"id":"C_SX1","audio":"TEST/DR1/C/SX1.WAV"}
      """)
    let catalog = try CorpusCatalog(manifest, data: data)
    #expect(catalog.splits().rule == .manifest)
    #expect(catalog.splits().names == ["test", "mine"])
    #expect(catalog.splits().members(of: "test") == [0] && catalog.splits().members(of: "mine") == [1])
  }

  @Test("splits of corpus.json are by folder or speaker, and its counts are compared")
  func description() throws {
    let (folder, _) = try corpus(["one/A/u1", "one/A/warm-up", "two/B/u1", "two/C/u1"])
    try folder.write(
      "corpus.json",
      """
      {"schema": 1, "name": "mine", "calibrationSentences": ["Warm-up"], "expected": {"speakers": 4},
       "splits": [{"name": "train", "folder": "ONE", "expected": {"utterances": 1}},
                  {"name": "test", "speakers": ["b"], "expected": {"speakers": 2}},
                  {"name": "rest", "speakersFile": "rest.txt"}]}
      """)
    try folder.write("rest.txt", "# the rest\nc\r\n")
    let catalog = try CorpusCatalog(folder.path, data: data)
    #expect(catalog.description?.name == "mine")
    #expect(speakers(catalog, "train") == ["A"] && speakers(catalog, "test") == ["B"])
    #expect(speakers(catalog, "rest") == ["C"])
    #expect(catalog.utterances.filter(catalog.isCalibration).map(\.key) == ["A_WARM-UP"])
    let check = try catalog.check()
    #expect(
      check.findings.filter { $0.code == .splitCount }.map {
        "\($0.field ?? "") \($0.expected ?? "") \($0.found ?? "")"
      }
        == ["test.speakers 2 1", "corpus.speakers 4 3"])
  }

  @Test(
    "a corpus.json that violates its schema is an error",
    arguments: [
      "{", "[]", #"{"schema": 2, "name": "x"}"#, #"{"name": "x"}"#, #"{"schema": 1, "name": 5}"#,
      #"{"schema": 1, "name": "x", "splits": [{"name": "a"}]}"#,
      #"{"schema": 1, "name": "x", "splits": [{"name": "a", "folder": "b", "speakers": []}]}"#,
      #"{"schema": 1, "name": "x", "splits": [{"name": "a", "folder": "b"}, {"name": "a", "folder": "c"}]}"#,
      #"{"schema": 1, "name": "x", "splits": [{"name": "a", "speakersFile": "../../etc/passwd"}]}"#,
      #"{"schema": 1, "name": "x", "splits": [{"name": "a", "speakersFile": "/etc/passwd"}]}"#,
    ])
  func badDescription(_ text: String) throws {
    let folder = try TemporaryFolder()
    try folder.utterance("s/a")
    try folder.write("corpus.json", text)
    let error = #expect(throws: CorpusError.self) { try CorpusCatalog(folder.path, data: data) }
    #expect(error?.kind == .badInput)
    #expect(error?.finding?.code == .badManifest)
  }
}
