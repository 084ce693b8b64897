import Corpus
import DataManifests
import Foundation
import Testing

@Suite("UtteranceInput")
struct UtteranceInputTests {
  let data: DataManifests
  let folder: TemporaryFolder

  init() throws {
    data = try testData.get()
    folder = try TemporaryFolder()
  }

  private func catalog(_ path: String, _ options: CorpusOptions = CorpusOptions()) throws -> CorpusCatalog {
    try CorpusCatalog("\(folder.path)/\(path)", options: options, data: data)
  }

  /// Roles with paths below the folder, or with bytes.
  private func inputs(_ catalog: CorpusCatalog, _ key: String) throws -> [String] {
    let index = try #require(catalog.index(ofKey: key))
    return catalog.inputs(of: catalog.utterances[index]).map { input in
      switch input.content {
      case .file(let path): "\(input.role) \(path.replacing(catalog.root + "/", with: ""))"
      case .bytes(let bytes): "\(input.role) = \(String(decoding: bytes, as: UTF8.self))"
      }
    }
  }

  @Test("files beside the audio are inputs, and nothing is of an utterance that is rejected unopened")
  func files() throws {
    for name in ["wav", "PHN", "wrd", "txt"] { try folder.write("corpus/F/SX1.\(name)", "0 1 aa\n") }
    try folder.write("corpus/F/SX2.wav", "x")
    let catalog = try catalog("corpus")
    #expect(
      try inputs(catalog, "F_SX1") == [
        "audio F/SX1.wav", "labels F/SX1.PHN", "words F/SX1.wrd", "text F/SX1.txt",
      ])
    #expect(try inputs(catalog, "F_SX2") == ["audio F/SX2.wav"])
    #expect(catalog.index(ofKey: "F_SX3") == nil && catalog.index(ofKey: "A") == nil)
    var rejected = catalog.utterances[0]
    rejected.rejection = Finding(.reject, .missingFile, path: "")
    #expect(catalog.inputs(of: rejected).isEmpty)
  }

  @Test("of a file with the labels of several utterances each has its own part")
  func parts() throws {
    for name in ["SX1", "SX2"] { try folder.write("corpus/F/\(name).wav", "x") }
    try folder.write("all.ctm", "F_SX1 1 0 1 iy\nF_SX2 1 0 1 aa\n")
    let catalog = try catalog(
      "corpus", CorpusOptions(labels: LabelOptions(location: "\(folder.path)/all.ctm")))
    for (key, other) in [("F_SX1", "F_SX2"), ("F_SX2", "F_SX1")] {
      let labels = try #require(try inputs(catalog, key).last)
      #expect(labels.hasPrefix("labels = ") && labels.contains(key) && !labels.contains(other), "\(labels)")
    }
  }

  @Test("labels of a list are inputs by their content")
  func listed() throws {
    try folder.write("r.wav", LayoutTests.wav)
    let recording = LayoutTests.recording.replacing("PATH", with: folder.path)
    let supervision = LayoutTests.supervision.replacing("START", with: "0.0")
      .replacing("FIRST", with: "0.0").replacing("SECOND", with: "0.25")
    try folder.write(
      "some.jsonl",
      #"{"id":"cut-1","start":0.5,"duration":0.5,"channel":0,"supervisions":[\#(supervision)],"recording":"#
        + recording + #","type":"MonoCut"}"#)
    let found = try inputs(try catalog("some.jsonl"), "cut-1")
    #expect(found.count == 2 && found[1].hasPrefix("labels = ") && found[1].contains(" sh\n"))
  }
}
