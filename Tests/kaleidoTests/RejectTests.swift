import Foundation
import TestSupport
import Testing

@Suite struct RejectTests {
  private func corpusWithOneBadFile(_ folder: TemporaryFolder) throws -> FaultyCorpus {
    let corpus = try FaultyCorpus(in: folder)
    try corpus.write("SX1", seed: 1)
    try corpus.write("SX2", samples: 9000, claimedSamples: 16_000, seed: 2)
    try corpus.write("SX3", seed: 3)
    return corpus
  }

  @Test func `a bad file costs its utterance and is named with reason and remedy`() throws {
    let folder = try TemporaryFolder()
    let corpus = try corpusWithOneBadFile(folder)
    let out = folder.appending("out")
    let run = try ProgramRun.kaleido([
      "preprocess", corpus.root.path, "--out", out.path, "--progress", "never",
    ])
    #expect(run.status == 65)
    #expect(run.errors.contains("FAAA0_SX2: TRAIN/DR1/FAAA0/SX2.WAV: truncated"))
    #expect(run.errors.contains("Copy the file again"))
    #expect(run.output.contains("2 of 3 utterances"))
    let rejects = try String(contentsOf: out.appendingPathComponent("rejects.jsonl"), encoding: .utf8)
    #expect(rejects.split(separator: "\n").count == 1)
    #expect(rejects.contains("\"key\":\"FAAA0_SX2\"") && rejects.contains("\"code\":\"truncated\""))
    let index = try String(contentsOf: out.appendingPathComponent("utt2spk"), encoding: .utf8)
    #expect(index == "FAAA0_SX1 FAAA0\nFAAA0_SX3 FAAA0\n")
  }

  @Test(arguments: ["1", "34%"])
  func `--max-bad allows its number of rejects and no more`(_ allowance: String) throws {
    let folder = try TemporaryFolder()
    let corpus = try corpusWithOneBadFile(folder)
    let run = try ProgramRun.kaleido([
      "preprocess", corpus.root.path, "--out", folder.appending("out").path, "--max-bad", allowance,
    ])
    #expect(run.status == 0)
    #expect(run.errors.contains("FAAA0_SX2"))
  }

  @Test func `the rest has the same bytes as without the bad file`() throws {
    let folder = try TemporaryFolder()
    let corpus = try corpusWithOneBadFile(folder)
    var rows: [Data] = []
    for name in ["with", "without"] {
      let out = folder.appending(name)
      _ = try ProgramRun.kaleido([
        "preprocess", corpus.root.path, "--out", out.path, "--format", "npy", "--max-bad", "1", "--quiet",
      ])
      let shards = out.appendingPathComponent("shards")
      let file = try FileManager.default.contentsOfDirectory(atPath: shards.path).first {
        $0.hasPrefix("feats")
      }
      rows.append(try Data(contentsOf: shards.appendingPathComponent(try #require(file))))
      try? FileManager.default.removeItem(at: corpus.url("SX2.WAV"))
    }
    #expect(rows[0] == rows[1])
    #expect(rows[0].count == 128 + 2 * 98 * 40 * 4)
  }

  @Test(arguments: [[], ["--retry-rejects"]])
  func `a repaired file is taken, and nothing else is changed`(extra: [String]) throws {
    let folder = try TemporaryFolder()
    let corpus = try corpusWithOneBadFile(folder)
    let arguments = [
      "preprocess", corpus.root.path, "--out", folder.appending("out").path, "--quiet", "--relative-paths",
    ]
    #expect(try ProgramRun.kaleido(arguments).status == 65)
    try corpus.write("SX2", seed: 2)
    #expect(try ProgramRun.kaleido(arguments + extra).status == 0)
    let fresh = [
      "preprocess", corpus.root.path, "--out", folder.appending("new").path, "--quiet", "--relative-paths",
    ]
    #expect(try ProgramRun.kaleido(fresh).status == 0)
    func kept(_ name: String) throws -> [String: Data] {
      try folder.contents(under: name).filter { $0.key != "provenance.jsonl" }
    }
    #expect(try kept("out") == kept("new"))
  }

  @Test(arguments: [[], ["--compress"]])
  func `samples whose spectrum overflows are rejected`(options: [String]) throws {
    let folder = try TemporaryFolder()
    let corpus = try FaultyCorpus(in: folder)
    try corpus.write("SX1", seed: 1)
    // Finite as samples, infinite as power.
    try FaultyCorpus.floatWAV([Float](repeating: 1e30, count: 8000) + [Float](repeating: 0, count: 8000))
      .write(to: corpus.url("SX2.WAV"))
    let run = try ProgramRun.kaleido(
      ["preprocess", corpus.root.path, "--out", folder.appending("out").path, "--no-remove-dc"] + options)
    #expect(run.status == 65)
    #expect(run.errors.contains("FAAA0_SX2") && run.errors.contains("non-finite"))
    #expect(run.output.contains("1 of 2 utterances"))
  }

  @Test func `a corpus without audio ends with 66`() throws {
    let folder = try TemporaryFolder()
    let run = try ProgramRun.kaleido(["preprocess", folder.path, "--out", folder.appending("out").path])
    #expect(run.status == 66)
    #expect(run.errors.contains("empty-corpus"))
    #expect(!FileManager.default.fileExists(atPath: folder.appending("out").path))
    #expect(
      try ProgramRun.kaleido(["preprocess", "/no/such", "--out", folder.appending("out").path]).status == 66)
  }

  @Test(arguments: [
    ["--mel-bins", "2"], ["--mel-bins", "many"], ["--features", "melt"], ["--features", "mel:bin=3"],
    ["--high-frequency", "9000"], ["--mel-bins", "200"], ["--shard", "3/2"], ["--max-bad", "-1"],
    ["--format", "hdf5"], ["--compress", "--format", "npy"], ["--cepstra", "12"], ["--preset", "htk"],
    ["--jobs", "0"],
  ])
  func `impossible options end before any output`(_ options: [String]) throws {
    let folder = try TemporaryFolder()
    let run = try ProgramRun.kaleido(
      ["preprocess", BuiltInCorpus.path, "--out", folder.appending("out").path] + options)
    #expect(run.status == 64, "\(options): \(run.errors)")
    #expect(run.errors.lowercased().contains("error:"))
    #expect(!FileManager.default.fileExists(atPath: folder.appending("out").path))
  }
}
