import Foundation
import Foundations
import TestSupport
import Testing

@Suite struct ShardTests {
  private let common = ["--shard-utterances", "3", "--relative-paths", "--quiet"]

  private func whole(_ folder: TemporaryFolder, _ extra: [String] = []) throws -> [String: Data] {
    let run = try ProgramRun.kaleido(
      ["preprocess", BuiltInCorpus.path, "--out", folder.appending("whole").path] + common + extra)
    #expect(run.status == 0)
    return try folder.contents(under: "whole").filter { $0.key != "provenance.jsonl" }
  }

  @Test func `parts done anywhere in any order give the bytes of one run`() throws {
    let folder = try TemporaryFolder()
    let reference = try whole(folder)
    let out = folder.appending("parts").path
    for part in ["3/3", "1/3", "2/3"] {
      let run = try ProgramRun.kaleido(
        ["preprocess", BuiltInCorpus.path, "--out", out, "--shard", part] + common)
      #expect(run.status == 0)
      let indexes = FileManager.default.fileExists(atPath: "\(out)/feats.scp")
      #expect(indexes == (part == "2/3"), "indexes are made by whoever finds all shards")
      let finish = try ProgramRun.kaleido(["preprocess", "finish", out, "--relative-paths"])
      #expect(finish.status == (part == "2/3" ? 0 : 75))
    }
    #expect(try folder.contents(under: "parts").filter { $0.key != "provenance.jsonl" } == reference)
  }

  @Test func `the last part prints how many shards were there`() throws {
    let folder = try TemporaryFolder()
    let arguments = [
      "preprocess", BuiltInCorpus.path, "--out", folder.appending("parts").path, "--shard-utterances", "3",
      "--progress", "never", "--shard",
    ]
    let first = try ProgramRun.kaleido(arguments + ["1/2"])
    #expect(first.output.contains("in 4 of 7 shards (4 done now, 0 there already)"), "\(first.output)")
    let last = try ProgramRun.kaleido(arguments + ["2/2"])
    #expect(last.output.contains("in 7 of 7 shards (3 done now, 4 there already)"), "\(last.output)")
  }

  @Test func `finish makes the indexes again`() throws {
    let folder = try TemporaryFolder()
    let reference = try whole(folder)
    let out = folder.appending("whole")
    for name in ["feats.scp", "spk2utt", "manifest.jsonl"] {
      try FileManager.default.removeItem(at: out.appendingPathComponent(name))
    }
    let run = try ProgramRun.kaleido(["preprocess", "finish", out.path, "--relative-paths"])
    #expect(run.status == 0)
    #expect(run.output.contains("feats.scp"))
    #expect(try folder.contents(under: "whole").filter { $0.key != "provenance.jsonl" } == reference)
  }

  @Test func `finish keeps the kind of paths that the directory has`() throws {
    let folder = try TemporaryFolder()
    let reference = try whole(folder)
    let out = folder.appending("whole")
    func finish(_ extra: [String]) throws -> [String: Data] {
      #expect(try ProgramRun.kaleido(["preprocess", "finish", out.path] + extra).status == 0)
      return try folder.contents(under: "whole").filter { $0.key != "provenance.jsonl" }
    }
    #expect(try finish([]) == reference)
    let absolute = try finish(["--no-relative-paths"])
    #expect(String(decoding: try #require(absolute["feats.scp"]), as: UTF8.self).contains(out.path))
    #expect(try finish([]) == absolute)
    #expect(try finish(["--relative-paths"]) == reference)
  }

  @Test func `verify finds a flipped bit, and the next run repairs it`() throws {
    let folder = try TemporaryFolder()
    let reference = try whole(folder)
    let out = folder.appending("whole")
    let name = try #require(reference.keys.filter { $0.hasPrefix("shards/feats.00002") }.first)
    var bytes = try #require(reference[name])
    bytes[bytes.count / 2] ^= 0x10
    try bytes.write(to: out.appendingPathComponent(name))
    let status = try ProgramRun.kaleido(["preprocess", "status", out.path])
    #expect(status.status == 0)
    let verify = try ProgramRun.kaleido(["preprocess", "verify", out.path])
    #expect(verify.status == 65)
    #expect(verify.output.contains("wrong: shard 2"))
    _ = try whole(folder)
    #expect(try folder.contents(under: "whole").filter { $0.key != "provenance.jsonl" } == reference)
    #expect(try ProgramRun.kaleido(["preprocess", "verify", out.path]).status == 0)
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func `a run killed at any time and repeated gives the same bytes`(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    let reference = try whole(folder)
    var generator = SplitMix64(seed: seed)
    let arguments = ["preprocess", BuiltInCorpus.path, "--out", folder.appending("killed").path] + common
    for _ in 0..<4 {
      let process = Process()
      process.executableURL = ProgramRun.productsFolder.appendingPathComponent("kaleido")
      process.arguments = arguments
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      usleep(UInt32(generator.next() % 120_000))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      for (name, bytes) in try folder.contents(under: "killed")
      where name.hasPrefix("records/") || name.hasPrefix("shards/") {
        // Whatever has a final name is whole.
        #expect(reference[name] == bytes, "seed \(seed): \(name)")
      }
    }
    #expect(try ProgramRun.kaleido(arguments).status == 0)
    #expect(try folder.contents(under: "killed").filter { $0.key != "provenance.jsonl" } == reference)
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGXCPU])
  func `a signal stops the run with 75 and leaves no temporary file`(number: Int32) throws {
    let folder = try TemporaryFolder()
    let corpus = try FaultyCorpus(in: folder)
    for index in 1...300 { try corpus.write("SX\(index)", samples: 48_000, seed: UInt64(index)) }
    let out = folder.appending("out").path
    var process = Process()
    // On a busy machine a run may end before the signal reaches it: then once more.
    for _ in 0..<20 {
      process = Process()
      process.executableURL = ProgramRun.productsFolder.appendingPathComponent("kaleido")
      process.arguments = [
        "preprocess", corpus.root.path, "--out", out, "--shard-utterances", "2", "--quiet", "--jobs", "1",
      ]
      process.standardError = FileHandle.nullDevice
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      while !FileManager.default.fileExists(atPath: "\(out)/records/00001.json"), process.isRunning {
        usleep(2000)
      }
      kill(process.processIdentifier, number)
      process.waitUntilExit()
      guard process.terminationReason == .exit, process.terminationStatus == 0 else { break }
      try FileManager.default.removeItem(atPath: out)
    }
    #expect(process.terminationReason == .exit && process.terminationStatus == 75)
    let left = try folder.contents(under: "out").keys.filter { $0.contains("tmp") }
    #expect(left.isEmpty)
    let run = try ProgramRun.kaleido([
      "preprocess", corpus.root.path, "--out", out, "--shard-utterances", "2", "--quiet",
    ])
    #expect(run.status == 0)
  }

  @Test(arguments: ["utterance", "speaker", "global"], ["kaldi", "npy"])
  func `normalization is a second pass beside the raw rows`(scope: String, format: String) throws {
    let folder = try TemporaryFolder()
    let extra = ["--cmvn", scope, "--cmvn-norm-vars", "--format", format]
    let reference = try whole(folder, extra)
    #expect(reference.keys.contains { $0.hasPrefix("shards/normalized.") })
    #expect(reference["manifest_normalized.jsonl"] != nil)
    let out = folder.appending("parts").path
    for part in ["2/2", "1/2"] {
      let run = try ProgramRun.kaleido(
        ["preprocess", BuiltInCorpus.path, "--out", out, "--shard", part] + common + extra)
      #expect(run.status == 0)
    }
    #expect(try folder.contents(under: "parts").filter { $0.key != "provenance.jsonl" } == reference)
  }
}
