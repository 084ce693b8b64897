import DataManifests
import Foundation
import TestSupport
import Testing

@Suite("DataManifests")
struct DataManifestsTests {
  let data: DataManifests

  init() throws { data = try DataManifests.locate(environment: [:]) }

  @Test("the data are found in the bundle next to the program")
  func bundle() {
    #expect(data.origin == .bundle)
    #expect(data.folder.hasSuffix("/Kaleidoscope_DataFolder.resources"))
  }

  @Test("a folder that is named precedes KALEIDO_DATA, which precedes installed data")
  func order() throws {
    let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    #expect(
      try DataManifests.locate(explicit: data.folder, environment: ["KALEIDO_DATA": "/none"]).origin
        == .explicit)
    #expect(try DataManifests.locate(environment: ["KALEIDO_DATA": checkout]).origin == .environment)
    #expect(try DataManifests.locate(environment: ["KALEIDO_DATA": ""]).origin == .bundle)
    #expect(try DataManifests.locate(explicit: checkout).folder == "\(checkout)/data-manifests")
  }

  @Test("a wrong path from the user is an error, without a search elsewhere")
  func wrongFolder() {
    #expect(throws: DataManifestError.notADataFolder(path: "/none", origin: .explicit)) {
      try DataManifests.locate(explicit: "/none")
    }
    #expect(throws: DataManifestError.notADataFolder(path: "/none", origin: .environment)) {
      try DataManifests.locate(environment: ["KALEIDO_DATA": "/none"])
    }
  }

  @Test("a description with a field's name of an earlier version is refused, not read without it")
  func earlierVersion() throws {
    let folder = try TemporaryFolder()
    let path = folder.appending("timit.json").path
    try Data(#"{"schema":1,"name":"timit","recognisedBySpeakersOf":"core-test"}"#.utf8)
      .write(to: URL(fileURLWithPath: path))
    #expect(
      throws: DataManifestError.malformed(
        path: path, field: "recognisedBySpeakersOf", expected: "recognizedBySpeakersOf, as in this version",
        found: "the name of an earlier version, for core-test")
    ) { try CorpusDescription(contentsOf: path) }
  }

  @Test("the description of TIMIT has the official splits and counts")
  func timit() throws {
    let splits = try #require(data.timit.splits)
    func split(_ name: String) throws -> CorpusDescription.Split {
      try #require(splits.first { $0.name == name })
    }
    let counts = try ["train", "dev", "core-test", "test"].map { name in
      let expected = try #require(try split(name).expected)
      return [expected.speakers, expected.utterances, expected.utterancesWithCalibration]
    }
    #expect(counts == [[462, 3696, 4620], [50, 400, 500], [24, 192, 240], [168, 1344, 1680]])
    let core = try #require(try split("core-test").speakers)
    let dev = try #require(try split("dev").speakers)
    #expect(core.count == 24 && dev.count == 50 && Set(core).isDisjoint(with: dev))
    #expect(core.filter { $0.hasPrefix("F") }.count == 8 && core.first == "MDAB0")
    #expect(try split("train").folder == "TRAIN" && split("test").folder == "TEST")
    #expect(data.timit.calibrationSentences == ["SA1", "SA2"])
  }

  @Test("the numbers of speakers by region add up")
  func regions() throws {
    let regions = try #require(data.timit.dialectRegions)
    #expect(regions.map(\.number) == Array(1...8))
    #expect(
      regions.compactMap(\.male).reduce(0, +) == 438 && regions.compactMap(\.female).reduce(0, +) == 192)
    #expect(regions.compactMap(\.fullTest).reduce(0, +) == 168)
    #expect(data.timit.expected?.speakers == 630 && data.timit.expected?.utterancesWithCalibration == 6300)
    #expect(data.timit.expected?.utterances == 3696 + 1344)
  }

  @Test("all JSON files are valid, and the referenced phone set and speaker lists exist")
  func files() throws {
    for file in [
      "timit.json", "corpora/tiny/corpus.json", "schema/corpus.schema.json", "schema/utterance.schema.json",
    ] {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(data.folder)/\(file)"))
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: bytes) }
    }
    let tiny = try CorpusDescription(contentsOf: "\(data.builtInCorpus)/corpus.json")
    #expect(tiny.splits?.flatMap { $0.speakers ?? [] }.sorted() == ["FVNV0", "MITZ0", "MLBS0", "MRPE0"])
  }
}
