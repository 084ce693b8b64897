import Archives
import Corpus
import DataManifests
import Files
import Foundation
import Foundations
import FrontEnds
import TestSupport
import Testing

@testable import Workflows

/// A corpus in TIMIT layout that a test writes file by file.
struct SmallCorpus {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  var path: String { folder.appending("corpus").path }

  func write(_ name: String, _ bytes: Data) throws {
    let url = folder.appending("corpus/\(name)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try bytes.write(to: url)
  }

  /// An utterance of noise, with labels unless there are to be none; `TRAIN/DR1/FAAA0/SX1`, say.
  func utterance(_ stem: String, samples: Int = 4000, hasLabels: Bool = true) throws {
    try write("\(stem).WAV", wav(samples: samples))
    if hasLabels {
      try write("\(stem).PHN", Data("0 \(samples / 2) h#\n\(samples / 2) \(samples) aa\n".utf8))
    }
  }

  func wav(samples: Int) -> Data {
    var generator = SplitMix64(seed: UInt64(samples))
    return riff(
      tag: 1, bits: 16,
      (0..<samples).reduce(into: Data()) { data, _ in
        data += little(UInt16(truncatingIfNeeded: generator.next() % 2000))
      })
  }

  func floats(_ samples: [Float]) -> Data {
    riff(tag: 3, bits: 32, samples.reduce(into: Data()) { $0 += little($1.bitPattern) })
  }

  private func riff(tag: UInt16, bits: UInt16, _ body: Data) -> Data {
    var data =
      Data("RIFF".utf8) + little(UInt32(36 + body.count)) + Data("WAVEfmt ".utf8) + little(UInt32(16))
    data += little(tag) + little(UInt16(1)) + little(UInt32(16_000)) + little(UInt32(16_000 * Int(bits) / 8))
    data += little(bits / 8) + little(bits) + Data("data".utf8) + little(UInt32(body.count)) + body
    return data
  }

  private func little<Value: FixedWidthInteger>(_ value: Value) -> Data {
    withUnsafeBytes(of: value.littleEndian) { Data($0) }
  }

  func options(_ frontEnd: String = "mel", out: String = "out") throws -> PreprocessOptions {
    PreprocessOptions(
      corpus: CorpusLocation(path), outputDirectory: folder.appending(out).path,
      frontEnd: try FrontEndSpec(parsing: frontEnd),
      jobs: 2)
  }

  func text(_ name: String, out: String = "out") throws -> String {
    try String(contentsOf: folder.appending("\(out)/\(name)"), encoding: .utf8)
  }

  /// The files of the byte promise.
  func promised(out: String = "out") throws -> [String: Data] {
    try folder.contents(under: out).filter { name, _ in
      name == "config.json" || name.hasPrefix("shards/") || name.hasPrefix("records/")
    }
  }
}

@Suite struct FindingTests {
  @Test func `a missing label file is reported and recorded`() async throws {
    let corpus = try SmallCorpus()
    try corpus.utterance("TRAIN/DR1/FAAA0/SX1")
    try corpus.utterance("TRAIN/DR1/FAAA0/SX2", hasLabels: false)
    let report = try await PreprocessPlan(corpus.options()).run()
    #expect(report.warnings.map(\.code) == [.labelMissing] && report.warnings[0].utterance == "FAAA0_SX2")
    #expect(try corpus.text("warnings.jsonl").contains("\"key\":\"FAAA0_SX2\""))
    #expect(try corpus.text("records/00000.json").contains("label-missing"))
    #expect(try corpus.text("corpus_findings.jsonl").isEmpty)
  }

  @Test func `a name that is no key is reported and counted, but is in no record`() async throws {
    let corpus = try SmallCorpus()
    try corpus.utterance("TRAIN/DR1/FAAA0/SX1")
    _ = try await PreprocessPlan(corpus.options(out: "before")).run()
    try corpus.utterance("TRAIN/DR1/FAAA0/S X")
    let report = try await PreprocessPlan(corpus.options(out: "after")).run()
    #expect(report.rejects.map(\.code) == [.badID] && report.exceedsRejectLimit)
    #expect(try corpus.text("corpus_findings.jsonl", out: "after").contains("S X.WAV"))
    #expect(try corpus.promised(out: "before") == corpus.promised(out: "after"))
    // The indexes are made again without the corpus, and nothing is lost.
    let out = try corpus.options(out: "after").outputDirectory
    for _ in 1...2 {
      #expect(try corpus.text("rejects.jsonl", out: "after").contains("S X.WAV"))
      let summary = try JSONParser.parse(Array(corpus.text("summary.json", out: "after").utf8), path: "")
      #expect(summary["rejects"] == 1 && summary["rejects_by_code"]?["bad-id"] == 1)
      #expect(summary["utterances"] == 1)
      let finished = try await FinishedDirectory.finish(
        out, FinishOptions())
      #expect(finished.rejects.rejects == 1 && finished.rejects.isExceeded)
    }
    #expect(try corpus.text("corpus_findings.jsonl", out: "after").contains("S X.WAV"))
  }

  @Test func `a corpus of bad names alone ends with all of them as findings`() async throws {
    let corpus = try SmallCorpus()
    for name in ["S X", "S Y"] { try corpus.utterance("TRAIN/DR1/FAAA0/\(name)") }
    let error = await endingError { _ = try PreprocessPlan(corpus.options()) }
    guard case WorkflowError.nothingUsable(_, let findings) = try #require(error) else {
      throw try #require(error)
    }
    #expect(findings.map(\.code) == [.badID, .badID])
    #expect(!FileManager.default.fileExists(atPath: try corpus.options().outputDirectory))
  }

  @Test(arguments: [0, 24, 25])
  func `the allowance is the corpus's, whatever part a run does`(percent: Int) async throws {
    let corpus = try SmallCorpus()
    for index in 1...4 { try corpus.utterance("TRAIN/DR1/FAAA0/SX\(index)") }
    try corpus.write("TRAIN/DR1/FAAA0/SX1.WAV", Data("none".utf8))
    var exceeds: [Bool] = []
    for part in 1...2 {
      var options = try corpus.options()
      options.shardUtterances = 2
      options.part = ShardPart(index: part, count: 2)
      options.rejectLimit = .percent(Double(percent))
      exceeds.append(try await PreprocessPlan(options).run().exceedsRejectLimit)
    }
    #expect(exceeds == [percent < 25, percent < 25])
  }

  @Test func `paths in rejects are sanitized`() async throws {
    let corpus = try SmallCorpus()
    try corpus.utterance("TRAIN/DR1/FAAA0/SX1")
    // Finite as samples, infinite as power.
    try corpus.write(
      "TRAIN/D\u{200E}R/FAAA0/SX2.WAV", corpus.floats([Float](repeating: 1e30, count: 4000) + [0, 0]))
    // No path that a line of an index can hold.
    try corpus.utterance("TRAIN/D\u{7}R/FAAA0/SX3")
    let report = try await PreprocessPlan(corpus.options("mel:no-remove-dc")).run()
    #expect(report.rejects.map(\.code) == [.nonFinite, .badID])
    #expect(
      report.rejects.map(\.path) == ["TRAIN/D\\xE2\\x80\\x8ER/FAAA0/SX2.WAV", "TRAIN/D\\x07R/FAAA0/SX3.WAV"])
    #expect(report.utterancesStored == 1 && report.isWhole)
  }

  @Test func `too many rows cost the utterance`() async throws {
    let corpus = try SmallCorpus()
    try corpus.utterance("TRAIN/DR1/FAAA0/SX1", samples: 400)
    try corpus.utterance("TRAIN/DR1/FAAA0/SX2", samples: 40_000)
    // 257 channels and 10000 rows a frame: over 2^31 values in the second, not in the first.
    let frontEnd = "fft:frame-shift=2.5,subsample=-10000"
    let report = try await PreprocessPlan(corpus.options(frontEnd)).run()
    #expect(report.rejects.map(\.code) == [.tooLong] && report.utterancesStored == 1)
  }
}
