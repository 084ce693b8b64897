import Foundation
import TestSupport
import Testing

@Suite struct CorpusMakeTests {
  private static let recipe = ["--preset", "tiny", "--minutes", "0.2", "--progress", "never"]

  @Test func `the report is JSON and the corpus is read by the other commands`() throws {
    let folder = try TemporaryFolder()
    let made = try ProgramRun.kaleido(["corpus", "make", "out", "--json"] + Self.recipe, in: folder.url)
    #expect(made.status == 0 && made.errors.isEmpty)
    let report = try #require(try JSONSerialization.jsonObject(with: made.outputBytes) as? [String: Any])
    #expect(report["manifest"] as? String == "out/manifest.jsonl")
    #expect(report["speakers"] as? Int == 4 && (report["splits"] as? [Any])?.count == 3)
    #expect(try ProgramRun.kaleido(["corpus", "check", "out/manifest.jsonl"], in: folder.url).status == 0)
    let features = try ProgramRun.kaleido(
      ["preprocess", "out/manifest.jsonl", "--out", "feats", "--quiet"], in: folder.url)
    #expect(features.status == 0)
    let again = try ProgramRun.kaleido(["corpus", "make", "out"] + Self.recipe, in: folder.url)
    #expect(again.status == 0 && again.output.contains("4 speakers there already, none made"))
    let quiet = try ProgramRun.kaleido(["corpus", "make", "out", "--quiet"] + Self.recipe, in: folder.url)
    #expect(quiet.status == 0 && quiet.output.isEmpty && quiet.errors.isEmpty)
    let other = try ProgramRun.kaleido(
      ["corpus", "make", "out", "--seed", "2"] + Self.recipe, in: folder.url)
    #expect(other.status == 78 && other.errors.contains("options.seed"))
  }

  @Test(
    arguments: [
      (["--speakers", "2"], 64), (["--speakers", "x"], 64), (["--minutes=-1"], 64),
      (["--minutes", "nan"], 64),
      (["--engines", "flight"], 64), (["--engines", ""], 64), (["--preset", "tine"], 64),
      (["--seed=-1"], 64),
      (["--jobs", "0"], 64), (["--prompts", "nowhere.txt"], 66), (["--prompts", "."], 66),
      (["--prompts", "/dev/zero"], 66),
    ] as [([String], Int32)])
  func `impossible options are refused before anything is written`(arguments: [String], status: Int32) throws
  {
    let folder = try TemporaryFolder()
    let run = try ProgramRun.kaleido(["corpus", "make", "out"] + arguments, in: folder.url)
    #expect(run.status == status, "\(run.errors)")
    #expect(run.errors.contains("error:"))
    #expect(
      try folder.contents().isEmpty && !FileManager.default.fileExists(atPath: folder.appending("out").path))
  }

  @Test(arguments: ["festival", "espeak"])
  func `an engine that is not there is named with its packages`(engine: String) throws {
    let folder = try TemporaryFolder()
    let run = try ProgramRun.kaleido(
      ["corpus", "make", "out", "--engines", "flite,\(engine)"] + Self.recipe, in: folder.url,
      environment: ["PATH": "/nonexistent"])
    #expect(run.status == 66)
    #expect(run.errors.contains("engine-missing") && run.errors.contains("apt-get install"))
    #expect(!FileManager.default.fileExists(atPath: folder.appending("out").path))
  }

  @Test func `a folder of something else cannot be taken`() throws {
    let folder = try TemporaryFolder()
    try Data("x".utf8).write(to: folder.appending("mine.txt"))
    #expect(try ProgramRun.kaleido(["corpus", "make", "."] + Self.recipe, in: folder.url).status == 73)
    #expect(
      try ProgramRun.kaleido(["corpus", "make", "mine.txt"] + Self.recipe, in: folder.url).status == 73)
    #expect(
      try ProgramRun.kaleido(["corpus", "make", "mine.txt/below"] + Self.recipe, in: folder.url).status == 73)
    #expect(try folder.contents().count == 1)
  }

  @Test func `killed at any moment, it goes on to the same bytes`() throws {
    let folder = try TemporaryFolder()
    let arguments = (["corpus", "make", "out"] + Self.recipe).joined(separator: " ")
    #expect(
      try Shell.run(
        "$kaleido corpus make whole \(Self.recipe.joined(separator: " ")) > /dev/null", in: folder) == 0)
    for tenths in 1...4 {
      let line =
        "$kaleido \(arguments) > /dev/null & p=$!; sleep 0.\(tenths); kill -9 $p 2> /dev/null; wait $p; true"
      #expect(try Shell.run(line, in: folder) == 0)
    }
    #expect(try Shell.run("$kaleido \(arguments) > /dev/null", in: folder) == 0)
    #expect(try folder.contents(under: "out") == folder.contents(under: "whole"))
  }

  @Test func `the graph is drawn and the demo takes a made corpus`() throws {
    let folder = try TemporaryFolder()
    let graph = try ProgramRun.kaleido(
      ["graph", "corpus", "make", "out", "--preset", "tiny", "--jobs", "3"], in: folder.url)
    #expect(graph.status == 0 && graph.output.contains("Voice ×3") && graph.output.contains("Channel ×3"))
    #expect(!FileManager.default.fileExists(atPath: folder.appending("out").path))
    let demo = try ProgramRun.kaleido(["demo", "--corpus", "tiny", "--progress", "never"], in: folder.url)
    #expect(demo.status == 0 && demo.output.contains("flite:rms"))
    let manifest = folder.appending("kaleido-demo/corpus-tiny/manifest.jsonl").path
    #expect(FileManager.default.fileExists(atPath: manifest))
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["KALEIDO_ORACLES"] != nil))
  func `the other engines speak where they are installed`() throws {
    let folder = try TemporaryFolder()
    let arguments = [
      "--preset", "tiny", "--speakers", "16", "--minutes", "1", "--engines", "flite,festival,espeak",
      "--quiet",
    ]
    for (name, jobs) in [("a", "1"), ("b", "3")] {
      let run = try ProgramRun.kaleido(["corpus", "make", name, "--jobs", jobs] + arguments, in: folder.url)
      #expect(run.status == 0, "\(run.errors)")
    }
    #expect(try folder.contents(under: "a") == folder.contents(under: "b"))
    #expect(try ProgramRun.kaleido(["corpus", "check", "a/manifest.jsonl"], in: folder.url).status == 0)
  }
}
