import Corpus
import DataManifests
import Foundation
import Testing

@Suite("PhoneSetChoice")
struct PhoneSetChoiceTests {
  let data: DataManifests
  let folder: TemporaryFolder

  init() throws {
    data = try testData.get()
    folder = try TemporaryFolder()
  }

  private func catalog(
    _ choice: String? = nil, _ labels: LabelOptions = LabelOptions(), model: PhoneSet? = nil
  ) throws -> CorpusCatalog {
    try CorpusCatalog(
      folder.path, options: CorpusOptions(labels: labels, phones: choice.flatMap(PhoneSetChoice.init)),
      data: data, modelPhones: model)
  }

  /// Writes an utterance with labels that share its second.
  private func utterance(_ name: String, _ phones: [String]) throws {
    try folder.write("\(name).wav", LayoutTests.wav)
    let step = 16_000 / phones.count
    let lines = phones.enumerated().map { "\($0 * step) \(($0 + 1) * step) \($1)\n" }
    try folder.write("\(name).phn", lines.joined())
  }

  private func symbols(_ catalog: CorpusCatalog, _ index: Int = 0) throws -> [String] {
    let opened = try catalog.open(catalog.utterances[index])
    return opened.phones?.intervals.map { catalog.phoneSet.phones[Int($0.phone)] } ?? []
  }

  @Test("where no set is named it is TIMIT's, or that of the model at hand")
  func usual() throws {
    try utterance("S/a", ["sil", "iy"])
    let catalog = try catalog()
    #expect(catalog.phoneSet == data.phoneSet && catalog.phoneSetOrigin == .default)
    #expect(try symbols(catalog) == ["h#", "iy"])
    let model = try data.phoneSet(named: "arpabet")
    #expect(try self.catalog(model: model).phoneSet == model)
  }

  @Test("the set that is named wins over that of corpus.json, which wins over a model's")
  func precedence() throws {
    try utterance("S/a", ["SIL", "IY1"])
    try folder.write("corpus.json", #"{"schema": 1, "name": "mine", "phoneSet": "arpabet"}"#)
    let model = data.phoneSet
    let described = try self.catalog(model: model)
    #expect(described.phoneSet.name == "arpabet" && described.phoneSetOrigin == .description)
    #expect(try symbols(described) == ["SIL", "IY1"])
    let named = try catalog("librispeech-41", model: model)
    #expect(named.phoneSet.name == "librispeech-41" && named.phoneSetOrigin == .option)
    #expect(throws: CorpusError.unknownPhoneSet(name: "klingon", known: data.phoneSetNames)) {
      try catalog("klingon")
    }
  }

  @Test("a file may be named, and corpus.json may name one beside it but none outside")
  func file() throws {
    try utterance("S/a", ["ʁ", "ɛ̃"])
    try folder.write("sets/mine.tsv", "phone\nʁ\nɛ̃\n")
    let named = try catalog("\(folder.path)/sets/mine.tsv")
    #expect(named.phoneSet.name == "mine" && named.phoneSet.silence == nil)
    #expect(try symbols(named) == ["ʁ", "ɛ̃"])
    try folder.write("corpus.json", #"{"schema": 1, "name": "mine", "phoneSet": "sets/mine.tsv"}"#)
    #expect(try catalog().phoneSet == named.phoneSet)
    for path in ["../mine.tsv", "/etc/passwd", "sets/none.tsv"] {
      try folder.write("corpus.json", #"{"schema": 1, "name": "mine", "phoneSet": "\#(path)"}"#)
      #expect(throws: CorpusError.self) { try catalog() }
    }
    try folder.write("bad.tsv", "phone\na\na\n")
    let error = #expect(throws: CorpusError.self) { try catalog("\(folder.path)/bad.tsv") }
    guard case .badManifest(_, _, "line 3", _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("a published layout has its set", arguments: ["l2-arctic"])
  func layout(_ name: String) throws {
    try folder.write("ABA/wav/a.wav", LayoutTests.wav)
    try folder.write("ABA/transcript/a.txt", "she had")
    try folder.write(
      "ABA/annotation/a.TextGrid",
      LabelFormatTests.textGrid([("phones", [("0", "0.5", "sil"), ("0.5", "1", "IH0, IY1, s")])]))
    let catalog = try catalog()
    #expect(catalog.phoneSet.name == name && catalog.phoneSetOrigin == .layout)
    #expect(try symbols(catalog) == ["sil", "IY1"])
  }

  @Test("auto is the symbols of all labels in byte order, and of a model that has them all its set")
  func auto() throws {
    try utterance("S/a", ["sil", "ʁ", "a"])
    try utterance("S/b", ["b", "a"])
    // A label file that cannot be read takes nothing away from the others.
    try folder.write("S/c.wav", LayoutTests.wav)
    try folder.write("S/c.phn", "0 x y\n")
    let catalog = try catalog("auto")
    #expect(catalog.phoneSet.phones == ["a", "b", "sil", "ʁ"] && catalog.phoneSet.name == "auto")
    #expect(catalog.phoneSetOrigin == .found && catalog.phoneSet.silences == [2])
    let larger = try #require(PhoneSet(found: ["a", "b", "sil", "ʁ", "z"]))
    #expect(try self.catalog("auto", LabelOptions(), model: larger).phoneSet == larger)
    #expect(try self.catalog("auto", LabelOptions(), model: data.phoneSet).phoneSet == catalog.phoneSet)
  }

  @Test("auto takes empty intervals of a TextGrid for silence, and refuses a corpus without labels")
  func autoBlank() throws {
    try folder.write("S/a.wav", LayoutTests.wav)
    #expect(throws: CorpusError.noPhones(path: folder.path, symbols: 0)) { try self.catalog("auto") }
    try folder.write(
      "S/a.TextGrid", LabelFormatTests.textGrid([("phones", [("0", "0.5", ""), ("0.5", "1", "ʁ")])]))
    let catalog = try catalog("auto")
    #expect(catalog.phoneSet.phones == ["sil", "ʁ"])
    #expect(try symbols(catalog) == ["sil", "ʁ"])
  }

  @Test("frames past the last label are the set's first silence, and have no label where it has none")
  func pastTheLastLabel() throws {
    try folder.write("S/a.wav", LayoutTests.wav)
    try folder.write("S/a.phn", "0 14000 a\n")
    for (table, wanted) in [
      ("phone\tsilence\na\t\nz\tyes\nb\tyes\n", Int32(2)), ("phone\na\nz\n", Int32(-1)),
    ] {
      try folder.write("set.tsv", table)
      let catalog = try catalog("\(folder.path)/set.tsv")
      let track = try #require(try catalog.open(catalog.utterances[0]).phones)
      let labels = FrameLabels(
        track, folding: catalog.phoneSet.identity, frameLength: 400, frameShift: 160
      ).labels(count: 98)
      #expect(labels.first == 0 && labels.last == wanted)
    }
  }

  @Test("a symbol outside the set is named once with its count, as it is written")
  func unknown() throws {
    try utterance("S/a", ["sil", "ʁ", "iy", "ʁ"])
    let catalog = try catalog()
    let opened = try catalog.open(catalog.utterances[0])
    let findings = opened.warnings.filter { $0.code == .unknownPhone }
    #expect(findings.map(\.field) == ["ʁ"] && findings.map(\.found) == ["2 labels"])
    #expect(throws: CorpusError.self) {
      try self.catalog(nil, LabelOptions(unknownPhone: .reject)).open(catalog.utterances[0])
    }
    try utterance("S/b", ["ʁ", "iy"])
    let check = try self.catalog().check()
    let merged = check.findings.mergingUnknownPhones
    #expect(merged.count == check.findings.count - 1)
    #expect(
      merged.filter { $0.code == .unknownPhone }.map(\.found)
        == ["3 labels in 2 utterances, this the first"])
  }
}
