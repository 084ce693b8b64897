import Foundation
import TestSupport
import Testing

/// How many utterances of a corpus may be rejected, whoever looks.
@Suite struct AllowanceTests {
  @Test func `parts with one bad file each are judged together, and finish and status agree`() throws {
    let folder = try TemporaryFolder()
    let corpus = try FaultyCorpus(in: folder)
    for index in 1...6 {
      try corpus.write(
        "SX\(index)", samples: 8000, claimedSamples: index % 2 == 0 ? 9000 : nil, seed: UInt64(index))
    }
    let out = folder.appending("out").path
    func preprocess(_ extra: [String]) throws -> Int32 {
      try ProgramRun.kaleido(
        ["preprocess", corpus.root.path, "--out", out, "--shard-utterances", "2", "--quiet"] + extra
      ).status
    }
    func look(_ command: String) throws -> ProgramRun {
      try ProgramRun.kaleido(["preprocess", command, out])
    }
    #expect(try preprocess(["--max-bad", "2", "--shard", "1/3"]) == 0)
    #expect(try preprocess(["--max-bad", "2", "--shard", "2/3"]) == 0)
    #expect(try look("status").status == 75)
    #expect(try preprocess(["--max-bad", "2", "--shard", "3/3"]) == 65)
    for command in ["status", "verify", "finish"] {
      let run = try look(command)
      #expect(run.status == 65 && run.output.contains("more than --max-bad 2"), "\(command): \(run.output)")
    }
    #expect(try preprocess(["--max-bad", "50%"]) == 0)
    for command in ["status", "verify", "finish"] { #expect(try look(command).status == 0, "\(command)") }
  }

  @Test func `an utterance refused for its name is named by train and evaluate, and counts`() throws {
    let folder = try TemporaryFolder()
    let corpus = folder.appending("corpus")
    try FileManager.default.copyItem(at: BuiltInCorpus.url, to: corpus)
    let arguments = ["--epochs", "1", "--hidden", "8", "--quiet"]
    func train(_ extra: [String]) throws -> ProgramRun {
      try ProgramRun.kaleido(
        ["train", corpus.path, "--out", folder.appending("run").path] + arguments + extra)
    }
    #expect(try train([]).status == 0)
    let first = try #require(try BuiltInCorpus.utterances().first { $0.hasPrefix("TRAIN") })
    let folderOfSpeaker = corpus.appendingPathComponent(first).deletingLastPathComponent()
    try FileManager.default.copyItem(
      at: corpus.appendingPathComponent(first + ".WAV"), to: folderOfSpeaker.appendingPathComponent("S X.WAV")
    )
    for run in [
      try train(["--force"]),
      try ProgramRun.kaleido(["evaluate", folder.appending("run").path, corpus.path, "--split", "test"]),
    ] { #expect(run.status == 65 && run.errors.contains("S X.WAV: bad-id"), "\(run.errors)") }
    #expect(try train(["--force", "--max-bad", "1"]).status == 0)
  }
}
