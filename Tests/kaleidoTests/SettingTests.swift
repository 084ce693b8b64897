import Foundation
import TestSupport
import Testing

/// Settings as a user gives them.
@Suite struct SettingTests {
  private func object(_ run: ProgramRun) throws -> [String: [String: Any]] {
    try #require(try JSONSerialization.jsonObject(with: run.outputBytes) as? [String: [String: Any]])
  }

  @Test func `a flag switches off what a file switched on`() throws {
    let folder = try TemporaryFolder()
    let file = folder.appending("config.json")
    try Data("{\"compress\": true, \"relative-paths\": true}".utf8).write(to: file)
    let run = try ProgramRun.kaleido([
      "preprocess", "corpus", "--out", "out", "--config", file.path, "--print-config", "--no-compress",
      "--no-relative-paths",
    ])
    #expect(run.status == 0)
    let settings = try object(run)
    for name in ["compress", "relative-paths"] {
      #expect(settings[name]?["value"] as? Bool == false && settings[name]?["origin"] as? String == "flag")
    }
  }

  @Test func `a stream prints its configuration and reads it`() throws {
    let folder = try TemporaryFolder()
    let first = try ProgramRun.kaleido(
      ["stream", "--features", "mfcc:cepstra=5", "--output", "npy", "--print-config"],
      environment: ["KALEIDO_BLOCK_FRAMES": "7"])
    #expect(first.status == 0)
    #expect(try object(first)["block-frames"]?["origin"] as? String == "environment")
    let file = folder.appending("config.json")
    try first.outputBytes.write(to: file)
    let wav = FaultyCorpus.wav(samples: 16_000, seed: 3)
    let configured = try ProgramRun.kaleido(["stream", "--config", file.path], input: wav)
    let given = try ProgramRun.kaleido(
      ["stream", "--features", "mfcc:cepstra=5", "--output", "npy", "--block-frames", "7"], input: wav)
    #expect(configured.status == 0 && given.status == 0)
    #expect(configured.outputBytes == given.outputBytes && configured.outputBytes.count > 98 * 20)
  }

  @Test("--front-end has one name everywhere, and is still read under its former name --features")
  func formerNameOfTheFrontEnd() throws {
    for command in [["stream"], ["preprocess", BuiltInCorpus.path, "--out", "/nowhere/out"]] {
      for name in ["--front-end", "--features"] {
        let settings = try object(try ProgramRun.kaleido(command + [name, "fft", "--print-config"]))
        #expect(settings["front-end"]?["value"] as? String == "fft", "\(command) \(name)")
        #expect(settings["features"] == nil)
      }
    }
    let run = try ProgramRun.kaleido(["stream", "--print-config"], environment: ["KALEIDO_FEATURES": "fft"])
    #expect(try object(run)["front-end"]?["origin"] as? String == "environment" && run.errors.isEmpty)
    let folder = try TemporaryFolder()
    let file = folder.appending("config.json")
    try Data("{\"features\": \"mfcc\"}".utf8).write(to: file)
    let read = try ProgramRun.kaleido(["stream", "--config", file.path, "--print-config"])
    #expect(try object(read)["front-end"]?["value"] as? String == "mfcc")
  }

  @Test func `a check takes its jobs from the environment`() throws {
    let run = try ProgramRun.kaleido(
      ["corpus", "check", "corpus", "--print-config"], environment: ["KALEIDO_JOBS": "3"])
    #expect(try object(run)["jobs"]?["value"] as? Int == 3)
    let bad = try ProgramRun.kaleido(
      ["corpus", "check", "corpus", "--print-config"], environment: ["KALEIDO_JOBS": "many"])
    #expect(bad.status == 64 && bad.errors.contains("error: KALEIDO_JOBS: invalid-value"))
  }

  @Test func `settings without effect are named`() throws {
    let folder = try TemporaryFolder()
    let file = folder.appending("config.json")
    try Data("{\"mel-bins\": 30}".utf8).write(to: file)
    let arguments = ["stream", "--features", "fft", "--config", file.path, "--print-config"]
    let run = try ProgramRun.kaleido(arguments, environment: ["KALEIDO_MELBINS": "80"])
    #expect(run.status == 0)
    #expect(run.errors.contains("--mel-bins") && run.errors.contains("front end fft"))
    #expect(run.errors.contains("KALEIDO_MELBINS") && run.errors.contains("mean KALEIDO_MEL_BINS?"))
    let quiet = try ProgramRun.kaleido(arguments + ["--quiet"], environment: ["KALEIDO_MELBINS": "80"])
    #expect(quiet.errors.isEmpty)
  }

  @Test func `options that do not fit the input are refused`() throws {
    let root = try ProgramRun.kaleido([
      "preprocess", BuiltInCorpus.path, "--root", "/", "--out", "out", "--dry-run",
    ])
    #expect(root.status == 64 && root.errors.contains("--root"))
    let pcm = FaultyCorpus.pcm(samples: 1000, seed: 1)
    #expect(try ProgramRun.kaleido(["stream", "--input", "s16", "--channel", "1"], input: pcm).status == 64)
    #expect(try ProgramRun.kaleido(["stream", "--channel", "2"], input: pcm).status == 64)
  }

  @Test(arguments: [["corpus", "check"], ["corpus", "inspect"], ["preprocess", "--out", "/nowhere/out"]])
  func `the remedy for a mistyped path does not mention a manifest`(command: [String]) throws {
    let run = try ProgramRun.kaleido(command + ["/nowhere/at/all"])
    #expect(run.status == 66 && run.errors.contains("/nowhere/at/all"))
    #expect(run.errors.contains("Check the path.") && !run.errors.contains("manifest"))
  }
}
