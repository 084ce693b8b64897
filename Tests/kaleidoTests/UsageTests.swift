import Foundation
import TestSupport
import Testing

/// Help, usage lines, JSON and exit codes.
@Suite struct UsageTests {
  @Test(arguments: [
    ["preprocess", "--help"], ["preprocess", "-h"], ["preprocess", "--help", "--json"],
    ["preprocess", "--json", "--help"], ["help", "preprocess"], ["preprocess"],
    ["preprocess", "run", "--help"],
    ["help", "preprocess", "run"],
  ])
  func `the help of preprocess shows its options`(arguments: [String]) throws {
    let run = try ProgramRun.kaleido(arguments)
    #expect(run.status == 0)
    #expect(run.output.contains("--mel-bins") && run.output.contains("--max-bad"))
    #expect(!run.output.contains("preprocess run"))
  }

  @Test(arguments: [
    ["preprocess", "corpus"], ["preprocess", "corpus", "--out", "x", "--colour"],
    ["preprocess", "--out", "x"],
    ["graph", "preprocess", "corpus"],
  ])
  func `usage is printed without the internal name of a command`(arguments: [String]) throws {
    let run = try ProgramRun.kaleido(arguments)
    #expect(run.status == 64)
    #expect(run.errors.contains("kaleido preprocess <corpus> --out <dir>"))
    #expect(!run.errors.contains("preprocess run") && !run.errors.contains("internal"))
  }

  @Test(arguments: [
    ["help", "stream"], ["help", "corpus", "check"], ["preprocess", "status", "--help"], ["help"],
    ["help", "preprocess", "verify"], ["graph", "preprocess", "--help"], ["graph", "stream", "-h"],
    ["graph", "--help"],
  ])
  func `help is there for every command`(arguments: [String]) throws {
    let run = try ProgramRun.kaleido(arguments)
    #expect(run.status == 0)
    var command = arguments.filter { $0 != "help" && !$0.hasPrefix("-") }
    if command.count > 1, command[0] == "graph" { command.removeFirst() }
    #expect(run.output.contains("USAGE: " + (["kaleido"] + command).joined(separator: " ")))
  }

  @Test func `JSON names are in snake case`() throws {
    let folder = try TemporaryFolder()
    let corpus = try FaultyCorpus(in: folder)
    try corpus.write("SX1")
    let out = folder.appending("out").path
    for arguments in [
      ["doctor"], ["corpus", "inspect", corpus.url("SX1.WAV").path], ["corpus", "check", corpus.root.path],
      ["preprocess", corpus.root.path, "--out", out], ["preprocess", "status", out],
      ["preprocess", "verify", out], ["preprocess", "finish", out],
      ["preprocess", corpus.root.path, "--out", out, "--dry-run"],
    ] {
      let run = try ProgramRun.kaleido(arguments + ["--json", "--progress", "never"])
      #expect(run.status == 0, "\(arguments)")
      let names = Self.names(try JSONSerialization.jsonObject(with: run.outputBytes))
      #expect(!names.isEmpty)
      // Speakers are counted by the corpus's own words for region and sex.
      #expect(names.allSatisfy { $0 == $0.lowercased() || $0.count == 1 }, "\(arguments): \(names)")
    }
  }

  private static func names(_ value: Any) -> [String] {
    if let object = value as? [String: Any] { return object.flatMap { [$0.key] + names($0.value) } }
    return (value as? [Any])?.flatMap(names) ?? []
  }

  @Test func `the exit codes of status and verify describe the directory`() throws {
    let folder = try TemporaryFolder()
    let out = folder.appending("out").path
    func status(_ command: String) throws -> Int32 {
      try ProgramRun.kaleido(["preprocess", command, out]).status
    }
    let preprocess = [
      "preprocess", BuiltInCorpus.path, "--out", out, "--shard-utterances", "5", "--progress", "never",
    ]
    #expect(try ProgramRun.kaleido(preprocess + ["--shard", "1/2"]).status == 0)
    #expect(try status("status") == 75 && status("verify") == 75)
    #expect(try ProgramRun.kaleido(preprocess).status == 0)
    #expect(try status("status") == 0 && status("verify") == 0)
    let shards = folder.appending("out/shards")
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: shards.path).first { $0.hasPrefix("feats") })
    let file = shards.appendingPathComponent(name)
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count - 1] ^= 1
    try bytes.write(to: file)
    #expect(try status("verify") == 65)
    try Data().write(to: file)
    #expect(try status("status") == 65 && status("verify") == 65)
  }

  @Test func `options are named as they are written`() throws {
    let run = try ProgramRun.kaleido(["stream", "--frame-shift", "0.01"])
    #expect(run.status == 64 && run.errors.contains("error: --frame-shift: out-of-range"))
    let folder = try ProgramRun.kaleido([
      "preprocess", BuiltInCorpus.path, "--out", "/proc/nowhere", "--progress", "never",
    ])
    #expect(folder.status == 73 && folder.errors.contains("cannot-create"))
    #expect(!folder.errors.contains("makeFolder"))
  }

  @Test func `a foreign configuration is not printed`() throws {
    let folder = try TemporaryFolder()
    try Data("{\"name\": \"somebody else's\"}".utf8).write(to: folder.appending("config.json"))
    let run = try ProgramRun.kaleido([
      "preprocess", BuiltInCorpus.path, "--out", folder.path, "--progress", "never",
    ])
    #expect(run.status == 78 && run.errors.contains("kaleido's config.json"))
    #expect(!run.errors.contains("mel-bins"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["config.json"])
  }
}
