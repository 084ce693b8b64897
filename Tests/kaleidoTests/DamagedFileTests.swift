import Foundation
import Foundations
import TestSupport
import Testing

/// One bit flipped in any file that a later command reads ends that command with 65, and the file is named.
@Suite struct DamagedFileTests {
  private static let small = [
    "--epochs", "2", "--hidden", "16", "--batch-segments", "4", "--shuffle-segments", "8",
  ]

  /// Runs a command for a file with each of a few bits flipped, and puts the file back.
  private func expectDamage(
    _ file: URL, bits: Int = 2, _ command: [String], _ comment: String
  ) throws {
    let whole = try Data(contentsOf: file)
    var generator = SplitMix64(seed: UInt64(whole.count))
    for round in 0..<bits {
      var changed = whole
      // The last bytes are of JSON's end, or of a tensor.
      let index = round == 0 ? whole.count - 2 : Int.random(in: 0..<whole.count, using: &generator)
      changed[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      try changed.write(to: file)
      let run = try ProgramRun.kaleido(command)
      let text = "\(comment), byte \(index) of \(whole.count): \(run.errors)"
      #expect(run.status == 65, "\(text)")
      #expect(run.errors.contains(file.lastPathComponent), "\(text)")
      #expect(run.errors.contains("expected") && run.errors.contains("found"), "\(text)")
      #expect(run.errors.contains("remedy"), "\(text)")
    }
    try whole.write(to: file)
  }

  @Test func `of a RUN`() throws {
    let folder = try TemporaryFolder()
    let run = folder.appending("run")
    let train = ["train", BuiltInCorpus.path, "--out", run.path, "--quiet"] + Self.small
    #expect(try ProgramRun.kaleido(train).status == 0)
    let before = try folder.contents(under: "run")
    let never = folder.appending("never").path
    let evaluate = ["evaluate", run.path, BuiltInCorpus.path, "--quiet"]
    let resume = train + ["--resume"]
    let report = ["report", run.path, "--corpus", BuiltInCorpus.path, "--out", never, "--progress", "never"]
    let compare =
      ["compare", "run:\(run.path)", "mel", "--seeds", "1", "--corpus", BuiltInCorpus.path, "--out", never]
      + Self.small + ["--progress", "never"]
    let readers: [(name: String, commands: [[String]])] = [
      (
        "model.safetensors",
        [
          evaluate, resume, report, compare, ["stream", "--model", run.path], ["model", "inspect", run.path],
          ["preprocess", BuiltInCorpus.path, "--model", run.path, "--out", never, "--quiet"],
        ]
      ),
      ("checkpoint.safetensors", [resume, ["model", "inspect", run.path + "/checkpoint.safetensors"]]),
      ("config.json", [resume, report, compare]), ("summary.json", [report, compare]),
      ("training.jsonl", [report, compare]), ("provenance.jsonl", [resume, report, compare]),
    ]
    #expect(Set(readers.map(\.name)) == Set(before.keys))
    for (name, commands) in readers {
      for command in commands { try expectDamage(run.appendingPathComponent(name), command, "\(command[0])") }
    }
    #expect(try folder.contents(under: "run") == before)
    #expect(!FileManager.default.fileExists(atPath: never))
    for command in [evaluate, resume, report] { #expect(try ProgramRun.kaleido(command).status == 0) }
  }

  @Test func `of a comparison`() throws {
    let folder = try TemporaryFolder()
    let out = folder.appending("out")
    let command =
      ["compare", "mel", "fft", "--corpus", BuiltInCorpus.path, "--out", out.path, "--seeds", "1"]
      + ["--try", "dropout=0,0.1", "--progress", "never"] + Self.small
    #expect(try ProgramRun.kaleido(command).status == 0)
    let before = try folder.contents(under: "out")
    // What nobody reads again, and what no chosen trial has.
    let chosen = Set(before.keys.filter { $0.hasPrefix("scores/") }.map { $0.dropFirst(7).dropLast(5) })
    let unread = before.keys.filter { name in
      let parts = name.split(separator: "/")
      return ["comparison.json", "report.html"].contains(name) || name.hasSuffix("checkpoint.safetensors")
        || (parts[0] == "runs" && !chosen.contains(parts[1]))
    }
    let read = Set(before.keys).subtracting(unread).sorted()
    #expect(read.count > 14 && read.contains("test-uses.jsonl") && read.contains("choices.json"))
    for name in read { try expectDamage(out.appendingPathComponent(name), bits: 1, command, "compare") }
    #expect(try folder.contents(under: "out") == before)
    // Removed, as the remedy proposes, it is made again; what nobody reads is written again.
    let score = try #require(before.keys.filter { $0.hasPrefix("scores/") }.sorted().first)
    for name in ["comparison.json", score] {
      try FileManager.default.removeItem(at: out.appendingPathComponent(name))
    }
    #expect(try ProgramRun.kaleido(command).status == 0)
    #expect(try folder.contents(under: "out") == before)
  }

  @Test func `of a corpus that is made, where a damaged record is made again`() throws {
    let folder = try TemporaryFolder()
    let out = folder.appending("out")
    let command = ["corpus", "make", out.path, "--preset", "tiny", "--minutes", "0.2", "--quiet"]
    #expect(try ProgramRun.kaleido(command).status == 0)
    let before = try folder.contents(under: "out")
    try expectDamage(out.appendingPathComponent(".kaleido/config.json"), bits: 4, command, "corpus make")
    for (index, name) in before.keys.filter({ $0.contains("/records/") }).sorted().enumerated() {
      var changed = try #require(before[name])
      changed[changed.count * (index + 1) / 6] ^= 1
      try changed.write(to: out.appendingPathComponent(name))
    }
    #expect(try ProgramRun.kaleido(command).status == 0)
    #expect(try folder.contents(under: "out") == before)
  }
}
