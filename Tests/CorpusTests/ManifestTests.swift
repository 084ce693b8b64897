import Corpus
import DataManifests
import Foundation
import TestSupport
import Testing

@Suite("Manifest")
struct ManifestTests {
  let data: DataManifests

  init() throws { data = try testData.get() }

  static let good = #"{"id": "g", "audio": "a/GOOD1.WAV", "labels": "a/GOOD1.PHN"}"#

  func catalog(_ text: String, make: (TemporaryFolder) throws -> Void = { _ in }) throws -> CorpusCatalog {
    let folder = try TemporaryFolder()
    try folder.utterance("a/GOOD1")
    try make(folder)
    return try CorpusCatalog(try folder.write("manifest.jsonl", text), data: data)
  }

  /// The catalog and the folder that has its files.
  func corpus(_ text: String) throws -> (TemporaryFolder, CorpusCatalog) {
    let folder = try TemporaryFolder()
    try folder.utterance("a/GOOD1")
    return (folder, try CorpusCatalog(try folder.write("manifest.jsonl", text), data: data))
  }

  @Test("all fields of a manifest are read")
  func fields() throws {
    let line = #"""
      {"id":"u\u00e91","audio":"a\/GOOD1.WAV","labels":"a/GOOD1.PHN","words":null,\#
      "speaker":"s1","split":"held out","channel":2,"voice":"flite:slt"}
      """#
    let utterance = try #require(try catalog(line).utterances.first)
    #expect(utterance.key == "S1_U\u{E9}1" && utterance.speaker == "S1" && utterance.name == "U\u{E9}1")
    #expect(utterance.split == "held out" && utterance.channel == 2 && utterance.voice == "flite:slt")
    #expect(utterance.labelsPath == "a/GOOD1.PHN" && utterance.wordsPath == nil && utterance.rejection == nil)
  }

  @Test(
    "keys start with the speaker",
    arguments: [
      (#""id":"fake0_bad1""#, "FAKE0_BAD1", "FAKE0"), (#""id":"g""#, "G", "G"), (#""id":"_g""#, "_G", "_G"),
      (#""id":"g_""#, "G_", "G_"), (#""id":"a_b_c""#, "A_B_C", "A"),
      (#""id":"a_b_c","speaker":"A_B""#, "A_B_C", "A_B"), (#""id":"x","speaker":"s""#, "S_X", "S"),
      (#""id":"s_","speaker":"s""#, "S_S_", "S"),
    ])
  func keys(_ fields: String, _ key: String, _ speaker: String) throws {
    let utterance = try #require(try catalog("{\(fields),\"audio\":\"a/GOOD1.WAV\"}").utterances.first)
    #expect(utterance.key == key && utterance.speaker == speaker)
    #expect(utterance.key.hasPrefix(utterance.speaker))
  }

  @Test("a repeated id is an error")
  func duplicate() throws {
    let lines = #"""
      {"id": "fake0_bad1", "audio": "a/GOOD1.WAV"}
      {"id": "FAKE0_BAD1", "audio": "b/GOOD1.WAV"}
      """#
    let error = #expect(throws: CorpusError.self) { try catalog(lines) { try $0.utterance("b/GOOD1") } }
    #expect(error == .duplicateIdentifier(key: "FAKE0_BAD1", paths: ["a/GOOD1.WAV", "b/GOOD1.WAV"]))
  }

  @Test("composed and decomposed spellings of the same id are an error")
  func canonicallyEquivalent() throws {
    let lines =
      "{\"id\":\"\u{C9}\",\"audio\":\"a/GOOD1.WAV\"}\n{\"id\":\"e\u{301}\",\"audio\":\"a/GOOD1.WAV\"}\n"
    let error = #expect(throws: CorpusError.self) { try catalog(lines) }
    #expect(error?.finding?.code == .duplicateID)
  }

  @Test(
    "a path outside the root rejects its utterance, and the file is not opened",
    arguments: [
      "../../../../../../etc/passwd", "/etc/passwd", "a/../../x.wav", "", "..", "out/passwd",
    ])
  func outside(_ path: String) throws {
    for field in ["audio", "labels"] {
      let fields =
        field == "audio" ? "\"audio\":\"\(path)\"" : "\"audio\":\"a/GOOD1.WAV\",\"labels\":\"\(path)\""
      let catalog = try catalog("\(Self.good)\n{\"id\":\"x\",\(fields)}\n") {
        try $0.link("out", to: "/etc")
      }
      #expect(catalog.utterances.map(\.key) == ["G", "X"])
      #expect(catalog.utterances[0].rejection == nil)
      let rejection = try #require(catalog.utterances[1].rejection)
      #expect(rejection.code == .pathOutside && rejection.field == field && rejection.line == 2)
    }
  }

  @Test(
    "ids that would be paths of other files are rejected with their line",
    arguments: [
      "../../evil", "a/b", "a\\\\b", "", ".", "..", "a b", "a\\u0000b", "a\\nb", "a\\u00a0b", "a\\u200eb",
    ])
  func badID(_ id: String) throws {
    for field in ["\"id\":\"\(id)\"", "\"id\":\"x\",\"speaker\":\"\(id)\""] {
      let text = "\(Self.good)\n{\(field),\"audio\":\"a/GOOD1.WAV\"}\n"
      if field.contains("speaker"), id.contains("u0000") || id.contains("\\n") {
        #expect(throws: CorpusError.self) { try self.catalog(text) }
        continue
      }
      let catalog = try self.catalog(text)
      #expect(catalog.utterances.map(\.key) == ["G"])
      #expect(catalog.findings.rejections.map(\.code) == [.badID])
      #expect(catalog.findings.rejections.first?.line == 2)
      #expect(catalog.findings.rejections.first?.path == "manifest.jsonl")
    }
  }

  @Test("an id longer than 200 bytes is rejected")
  func longID() throws {
    let id = String(repeating: "x", count: 201)
    #expect(
      try catalog("{\"id\":\"\(id)\",\"audio\":\"a/GOOD1.WAV\"}").findings.rejections.map(\.code) == [.badID])
  }

  @Test(
    "a line that violates the schema is an error with its number",
    arguments: [
      #"{"id": "x", "audio""#, #"{"id": "x"}"#, #"{"audio": "x"}"#, "[]", "nonsense",
      #"{"id": 5, "audio": "x"}"#,
      #"{"id": "x", "audio": "a/GOOD1.WAV"} trailing"#, #"{"id": "x", "id": "y", "audio": "a"}"#,
      #"{"id": "x", "audio": "a", "channel": 0}"#, #"{"id": "x", "audio": "a", "channel": 1.5}"#,
      #"{"id": "x", "audio": "a", "channel": 99999999999999999999}"#, #"{"id": "x", "audio": "a",}"#,
      #"{"id": "x", "audio": "\ud800"}"#, #"{"id": "x", "audio": "\q"}"#, #"{"id": "x", "audio": null}"#,
      #"{"id": "x", "audio": "a\u0000b"}"#, #"{"id": "x", "audio": "a", "more": 01}"#,
      "{\"id\": \"x\", \"audio\": \"a\u{1}\"}",
      #"{"id": "x", "audio": "a", "more": "# + String(repeating: "[", count: 100_000),
    ])
  func badLine(_ line: String) throws {
    let error = #expect(throws: CorpusError.self) { try catalog("\(Self.good)\n\n\(line)\n") }
    guard case .badManifest(_, let number, _, _, let found) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(number == 3)
    #expect(found.utf8.count < 100)
    #expect(error?.kind == .badInput)
  }

  @Test("a manifest with a byte order mark and CRLF is read")
  func byteOrderMark() throws {
    let catalog = try catalog("\u{FEFF}\(Self.good)\r\n\r\n")
    #expect(catalog.utterances.map(\.key) == ["G"])
    #expect(catalog.findings.map(\.code) == [.bom])
  }

  @Test(
    "a missing file rejects its utterance", arguments: ["audio", "labels", "words", "text"])
  func missing(_ field: String) throws {
    let fields = field == "audio" ? "" : "\"audio\":\"a/GOOD1.WAV\","
    let catalog = try catalog("\(Self.good)\n{\"id\":\"x\",\(fields)\"\(field)\":\"a/NONE.TXT\"}")
    #expect(catalog.utterances[1].rejection?.code == .missingFile)
    #expect(catalog.utterances[1].rejection?.field == field)
  }

  @Test("a folder as audio rejects its utterance")
  func folder() throws {
    #expect(
      try catalog("\(Self.good)\n{\"id\":\"x\",\"audio\":\"a\"}").utterances[1].rejection?.code == .notAFile)
  }

  @Test("an unknown field is reported once")
  func unknownField() throws {
    let line = #"{"id": "g", "audio": "a/GOOD1.WAV", "lables": {"x": [1, -2.5e3, true, null, "\u00e9"]}}"#
    let other = #"{"id": "h", "audio": "a/GOOD1.WAV", "lables": 1}"#
    let findings = try catalog("\(line)\n\(other)\n").findings.filter { $0.code == .badManifest }
    #expect(findings.map(\.field) == ["lables"])
    #expect(findings.first?.severity == .warning && findings.first?.line == 1)
  }

  @Test("a manifest may have another root")
  func root() throws {
    let folder = try TemporaryFolder()
    try folder.utterance("corpus/a/GOOD1")
    let manifest = try folder.write("lists/m.jsonl", Self.good)
    #expect(try CorpusCatalog(manifest, root: "\(folder.path)/corpus", data: data).findings.isEmpty)
    #expect(try CorpusCatalog(manifest, data: data).utterances[0].rejection?.code == .missingFile)
    #expect(throws: CorpusError.noSuchPath(path: "\(folder.path)/none")) {
      try CorpusCatalog(manifest, root: "\(folder.path)/none", data: data)
    }
  }

  @Test("a manifest without lines is an empty corpus")
  func empty() throws {
    #expect(throws: CorpusError.self) { try catalog("\n\n") }
  }

  @Test("the channel of a line is used")
  func channel() throws {
    let left = AudioBytes.noise(2000, seed: 1)
    let right = AudioBytes.noise(2000, seed: 2)
    let both = AudioBytes.riff(
      AudioBytes.pcm16(zip(left, right).flatMap { [$0, $1] }), format: AudioBytes.format(channels: 2))
    let folder = try TemporaryFolder()
    try folder.write("two.wav", both)
    let manifest = try folder.write(
      "m.jsonl",
      #"{"id":"a","audio":"two.wav","channel":1}"# + "\n" + #"{"id":"b","audio":"two.wav","channel":2}"#
        + "\n"
        + #"{"id":"c","audio":"two.wav"}"#)
    let catalog = try CorpusCatalog(manifest, data: data)
    let buffer = UnsafeMutableBufferPointer<Int16>.allocate(capacity: 2000)
    defer { buffer.deallocate() }
    for (index, wanted) in [left, right].enumerated() {
      let opened = try catalog.open(catalog.utterances[index])
      #expect(try opened.audio.read(into: buffer) == 2000)
      #expect(Array(buffer) == wanted)
    }
    #expect(throws: CorpusError.self) { try catalog.open(catalog.utterances[2]) }
  }

  @Test("absolute paths below the root are read, also where the root is /")
  func absolutePaths() throws {
    let folder = try TemporaryFolder()
    try folder.utterance("a/GOOD1")
    let line =
      #"{"id": "g", "audio": "\#(folder.path)/a/GOOD1.WAV", "labels": "\#(folder.path)/a/GOOD1.PHN"}"#
    let manifest = try folder.write("m.jsonl", line)
    for root in [nil, "/"] as [String?] {
      let catalog = try CorpusCatalog(manifest, root: root, data: data)
      #expect(catalog.findings.isEmpty)
      let opened = try catalog.open(catalog.utterances[0])
      #expect(opened.audio.info.sampleCount == 16_000 && opened.phones?.intervals.count == 2)
    }
  }

  @Test("a text that names no file is the sentence")
  func inlineText() throws {
    let (folder, catalog) = try corpus(#"{"id": "g", "audio": "a/GOOD1.WAV", "text": "she had your suit"}"#)
    defer { withExtendedLifetime(folder) {} }
    #expect(catalog.findings.rejections.isEmpty)
    let opened = try catalog.open(catalog.utterances[0])
    #expect(opened.sentence == "she had your suit")
    #expect(String(decoding: catalog.canonicalManifest(), as: UTF8.self).contains(#""sentence":"she had"#))
  }

  @Test(
    "a line names a part of a recording in seconds or samples",
    arguments: [
      (#""start":0.25,"end":0.75"#, 4000..<12_000), (#""offset":0.25,"duration":0.5"#, 4000..<12_000),
      (#""start_sample":4000,"end_sample":12000"#, 4000..<12_000), (#""start":0.25"#, 4000..<16_000),
      (#""duration":1.0"#, 0..<16_000), (#""end":0.5"#, 0..<8000),
      (#""start":0.75,"end":1.01"#, 12_000..<16_000),
      (#""offset":2.5e-1,"duration":5e-1"#, 4000..<12_000),
    ])
  func segments(_ fields: String, _ part: Range<Int>) throws {
    let (folder, catalog) = try corpus(
      #"{"id": "g", "audio": "a/GOOD1.WAV", "labels": "a/GOOD1.PHN", \#(fields)}"#)
    defer { withExtendedLifetime(folder) {} }
    let opened = try catalog.open(catalog.utterances[0])
    #expect(opened.audio.info.sampleCount == part.count)
    var samples = [Int16](repeating: 0, count: 16_000)
    let got = try samples.withUnsafeMutableBufferPointer { try opened.audio.read(into: $0) }
    #expect(Array(samples[..<got]) == Array(AudioBytes.second[part]))
    // The labels are of the recording: h# to sample 9000, iy to its end.
    let phones = try #require(opened.phones)
    #expect(phones.intervals.first?.start == 0 && phones.end == part.count)
    #expect(phones.intervals.count == (part.contains(9000) && part.lowerBound < 9000 ? 2 : 1))
  }

  @Test(
    "a part outside the recording is refused",
    arguments: [
      #""start":1.5"#, #""start":0.5,"end":1.5"#, #""start":0.5,"end":0.5"#, #""start":0.6,"end":0.5"#,
      #""start_sample":16000"#,
    ])
  func outsideSegment(_ fields: String) throws {
    let (folder, catalog) = try corpus(#"{"id": "g", "audio": "a/GOOD1.WAV", \#(fields)}"#)
    defer { withExtendedLifetime(folder) {} }
    let error = #expect(throws: CorpusError.self) {
      try catalog.open(catalog.utterances[0])
    }
    #expect(error?.finding?.code == .segment)
  }

  @Test(
    "times that contradict each other are faults of the line",
    arguments: [
      #""start":0.1,"offset":0.2"#, #""start":0.1,"start_sample":5"#, #""start":-1"#, #""start":"0.1""#,
      #""offset":0,"end":1,"duration":1"#, #""start":1e30"#,
    ])
  func badTimes(_ fields: String) throws {
    let error = #expect(throws: CorpusError.self) {
      try catalog(#"{"id": "g", "audio": "a/GOOD1.WAV", \#(fields)}"#)
    }
    #expect(error?.finding?.code == .badManifest)
  }
}
