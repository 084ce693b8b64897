import Foundation
import TestSupport
import Testing

/// Corpora of other symbols than TIMIT's, through all commands.
@Suite("Phone sets") struct PhoneSetOptionTests {
  private let folder: TemporaryFolder
  private var corpus: String { folder.appending("corpus").path }

  /// The built-in corpus with symbols of another alphabet, which it does not name.
  init() throws {
    folder = try TemporaryFolder()
    let files = FileManager.default
    let source = BuiltInCorpus.path
    for name in try files.subpathsOfDirectory(atPath: source) {
      let target = folder.appending("corpus/\(name)")
      try files.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      if name.hasSuffix(".WAV") { try files.copyItem(atPath: "\(source)/\(name)", toPath: target.path) }
      guard name.hasSuffix(".PHN") else { continue }
      let lines = try String(contentsOfFile: "\(source)/\(name)", encoding: .utf8).split(separator: "\n")
      let text = lines.map { line -> String in
        let cells = line.split(separator: " ")
        return "\(cells[0]) \(cells[1]) \(cells[2] == "h#" ? "sil" : "\(cells[2])ː")\n"
      }
      try text.joined().write(to: target, atomically: true, encoding: .utf8)
    }
    let splits =
      #"[{"name": "train", "speakers": ["FVNV0", "MITZ0"]}, {"name": "dev", "speakers": ["MLBS0"]}, "#
      + #"{"name": "test", "speakers": ["MRPE0"]}]"#
    try Data(#"{"schema": 1, "name": "other", "splits": \#(splits)}"#.utf8)
      .write(to: folder.appending("corpus/corpus.json"))
  }

  private func run(_ words: String) throws -> ProgramRun {
    try ProgramRun.kaleido(words.split(separator: " ").map(String.init), in: folder.url)
  }

  private static let small = "--epochs 1 --hidden 8 --batch-segments 4 --shuffle-segments 8 --progress never"

  @Test func `symbols that are found go through preprocess, train, evaluate and compare`() throws {
    let preprocessed = try run("preprocess corpus --phones auto --out feats --progress never")
    #expect(preprocessed.status == 0, "\(preprocessed.errors)")
    let feats = try folder.contents(under: "feats")
    let table = String(decoding: try #require(feats["phones.txt"]), as: UTF8.self)
    #expect(table.hasPrefix("aaː 0\naeː 1\n") && table.contains("sil "))
    #expect(feats["labels.scp"] != nil && feats["phones39.txt"] == nil)

    let trained = try run("train corpus --phones auto --front-end mel --out run \(Self.small)")
    #expect(trained.status == 0, "\(trained.errors)")
    let inspected = try run("model inspect run")
    #expect(inspected.output.contains("column phone of auto"), "\(inspected.output)")
    let stored = try run(
      "train corpus --phones auto --front-end mel --features-from feats --out stored \(Self.small)")
    #expect(stored.status == 0, "\(stored.errors)")
    let model = try #require(try folder.contents(under: "run")["model.safetensors"])
    #expect(try folder.contents(under: "stored")["model.safetensors"] == model)

    // The model's set is that of a corpus that names none.
    let evaluated = try run("evaluate run corpus --json --progress never")
    let json = try #require(try JSONSerialization.jsonObject(with: evaluated.outputBytes) as? [String: Any])
    let frames = try #require(json["frames_scored"] as? [String: Any])
    #expect(evaluated.status == 0 && frames["classes"] as? Int == table.split(separator: "\n").count)
    #expect(((frames["by_class"] as? [String: Any])?["aaː"]) != nil)

    let compared = try run(
      "compare mel run:run --corpus corpus --phones auto --seeds 1 --out compared \(Self.small)")
    #expect(compared.status == 0, "\(compared.errors)")
    let page = try #require(try folder.contents(under: "compared")["report.html"])
    #expect(String(decoding: page, as: UTF8.self).contains("iyː"))

    let streamed = try ProgramRun.kaleido(
      ["stream", "--model", folder.appending("run").path, "--output", "jsonl"],
      input: FaultyCorpus.wav(samples: 16_000, seed: 4))
    #expect(streamed.status == 0)
  }

  @Test func `a model and a corpus of another set are refused with the first differences`() throws {
    #expect(try run("train corpus --phones auto --front-end mel --out run \(Self.small)").status == 0)
    let refused = try ProgramRun.kaleido(["evaluate", folder.appending("run").path, BuiltInCorpus.path])
    #expect(refused.status == 78 && refused.output.isEmpty)
    #expect(
      refused.errors.contains("other-phones") && refused.errors.contains("aaː aeː"), "\(refused.errors)")
    #expect(refused.errors.contains("aa ae"), "\(refused.errors)")
    let unknown = try run("evaluate run corpus --phones klingon")
    #expect(unknown.status == 64 && unknown.errors.contains("arpabet"), "\(unknown.errors)")
  }

  @Test func `a set of one's own folds, and its columns are the classes`() throws {
    let table = try run("preprocess corpus --phones auto --out feats --progress never")
    #expect(table.status == 0)
    let phones = String(
      decoding: try #require(try folder.contents(under: "feats")["phones.txt"]), as: UTF8.self
    )
    .split(separator: "\n").map { String($0.split(separator: " ")[0]) }
    let vowels = ["a", "e", "i", "o", "u"]
    let rows = phones.map { phone -> String in
      let group = phone == "sil" ? "sil" : vowels.contains { phone.hasPrefix($0) } ? "V" : "C"
      return "\(phone)\t\(group == "C" && phone == "qː" ? "" : group)\t\(phone == "sil" ? "yes" : "")"
    }
    try (["phone\tkind\tsilence"] + rows).joined(separator: "\n")
      .write(to: folder.appending("mine.tsv"), atomically: true, encoding: .utf8)
    #expect(try run("preprocess corpus --phones mine.tsv --out own --progress never").status == 0)
    let own = try folder.contents(under: "own")
    #expect(own["phones_kind.txt"] == Data("C 0\nV 1\nsil 2\n".utf8))
    #expect(own["labels_kind.scp"] != nil && own["phones.txt"] != nil)
    // Trained on phones, scored by kind, the last column.
    let trained = try run(
      "train corpus --phones mine.tsv --classes phone --front-end mel --out run \(Self.small)")
    #expect(trained.status == 0 && trained.output.contains("(3 phones, strict)"), "\(trained.errors)")
    let evaluated = try run("evaluate run corpus --progress never")
    #expect(evaluated.status == 0 && evaluated.output.contains("phones (3)"), "\(evaluated.errors)")
    let none = try run(
      "train corpus --phones mine.tsv --classes 39 --front-end mel --out other \(Self.small)")
    #expect(none.status == 64 && none.errors.contains("phone, kind"), "\(none.errors)")
    let changed = try run("preprocess corpus --phones auto --out own --progress never")
    #expect(changed.status == 78 && changed.errors.contains("options.phones.name"), "\(changed.errors)")
  }

  @Test func `symbols outside the set are named once each, with the remedy`() throws {
    let run = try run("preprocess corpus --out feats --progress never --max-bad 100%")
    #expect(run.errors.contains("--phones"), "\(run.errors)")
    let bad = try self.run("preprocess corpus --phones corpus/none.tsv --out other")
    #expect(bad.status == 66, "\(bad.errors)")
  }
}
