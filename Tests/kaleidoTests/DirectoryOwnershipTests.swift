import Foundation
import Foundations
import TestSupport
import Testing

/// The treatment of a folder that holds more than the program's own, and of what was superseded.
@Suite struct DirectoryOwnershipTests {
  private let common = ["--shard-utterances", "2", "--relative-paths", "--quiet", "--max-bad", "100%"]

  private func run(_ corpus: URL, _ out: URL, _ extra: [String] = []) throws -> ProgramRun {
    try ProgramRun.kaleido(["preprocess", corpus.path, "--out", out.path] + common + extra)
  }

  /// Everything below a folder but the history; folders by name, so that an empty one counts.
  private func everything(_ folder: TemporaryFolder, _ name: String) throws -> [String: Data] {
    var found = try folder.contents(under: name).filter { $0.key != "provenance.jsonl" }
    let root = folder.appending(name).path
    for case let path as String in try #require(FileManager.default.enumerator(atPath: root))
    where found[path] == nil && path != "provenance.jsonl" && !path.hasPrefix(".kaleido-cache") {
      found[path] = Data()
    }
    return found
  }

  private func corpus(_ folder: TemporaryFolder, spoiltFile: Bool) throws -> FaultyCorpus {
    let corpus = try FaultyCorpus(in: folder)
    for index in 1...5 { try corpus.write("SX\(index)", samples: 8000 + 400 * index, seed: UInt64(index)) }
    if spoiltFile { try corpus.write("SX3", samples: 4000, claimedSamples: 9200, seed: 3) }
    return corpus
  }

  @Test(arguments: [[], ["--force"]])
  func `every file of a folder that is used as out stays`(extra: [String]) throws {
    let folder = try TemporaryFolder()
    let corpus = try corpus(folder, spoiltFile: false)
    let out = folder.appending("out")
    let names = [
      "notes.txt", "tmp.a.b", "tmp.report.docx", "tmp.1-2.3.x", "shards/mine.bin", "records/old.json",
    ]
    for name in names {
      let url = out.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(name.utf8).write(to: url)
    }
    #expect(try run(corpus.root, out, extra).status == 0)
    #expect(try run(corpus.root, out, extra + ["--mel-bins", "23", "--force"]).status == 0)
    let contents = try folder.contents(under: "out")
    for name in names { #expect(contents[name] == Data(name.utf8), "\(name)") }
  }

  @Test func `--force refuses a folder with another program's configuration`() throws {
    let folder = try TemporaryFolder()
    let corpus = try corpus(folder, spoiltFile: false)
    let out = folder.appending("out")
    try FileManager.default.createDirectory(
      at: out.appendingPathComponent("shards"), withIntermediateDirectories: true)
    try Data("{\"learning_rate\": 0.1}".utf8).write(to: out.appendingPathComponent("config.json"))
    try Data("weights".utf8).write(to: out.appendingPathComponent("shards/feats.00000.0123456789abcdef.npy"))
    let before = try everything(folder, "out")
    for extra in [[], ["--force"]] {
      let run = try run(corpus.root, out, extra)
      #expect(run.status == 78)
      #expect(run.errors.contains("Use another --out"))
      #expect(!run.errors.contains("--force"))
      #expect(try everything(folder, "out") == before)
    }
  }

  @Test func `a damaged configuration is refused with remedies`() throws {
    let folder = try TemporaryFolder()
    let corpus = try corpus(folder, spoiltFile: false)
    let out = folder.appending("out")
    #expect(try run(corpus.root, out).status == 0)
    let reference = try everything(folder, "out")
    try Data("{\"version\":1,".utf8).write(to: out.appendingPathComponent("config.json"))
    let refused = try run(corpus.root, out)
    #expect(refused.status == 78)
    #expect(refused.errors.contains("another --out") && refused.errors.contains("--force"))
    #expect(try ProgramRun.kaleido(["preprocess", "status", out.path]).status == 78)
    #expect(try run(corpus.root, out, ["--force"]).status == 0)
    #expect(try everything(folder, "out") == reference)
  }

  @Test func `a directory of an earlier version is refused with both versions, by each command`() throws {
    let folder = try TemporaryFolder()
    let corpus = try corpus(folder, spoiltFile: false)
    let out = folder.appending("out")
    #expect(try run(corpus.root, out).status == 0)
    let config = out.appendingPathComponent("config.json")
    let text = try String(contentsOf: config, encoding: .utf8)
    try text.replacing("\"version\": 3", with: "\"version\": 2").write(
      to: config, atomically: false, encoding: .utf8)
    let runs = try [
      run(corpus.root, out), run(corpus.root, out, ["--force"]),
      ProgramRun.kaleido(["preprocess", "status", out.path]),
      ProgramRun.kaleido(["preprocess", "verify", out.path]),
    ]
    for refused in runs {
      #expect(refused.status == 78 && refused.errors.contains("version 3"), "\(refused.errors)")
    }
    // Commands that only look have no --out to propose.
    #expect(runs.map { $0.errors.contains("Use another --out") } == [true, true, false, false])
  }

  @Test func `--force leaves no index of the other configuration`() throws {
    let folder = try TemporaryFolder()
    let corpus = try corpus(folder, spoiltFile: false)
    #expect(try run(corpus.root, folder.appending("fresh"), ["--format", "npy"]).status == 0)
    let out = folder.appending("out")
    #expect(try run(corpus.root, out, ["--format", "kaldi", "--cmvn", "speaker"]).status == 0)
    #expect(try run(corpus.root, out, ["--format", "npy"]).status == 78)
    #expect(try run(corpus.root, out, ["--format", "npy", "--force"]).status == 0)
    #expect(try everything(folder, "out") == everything(folder, "fresh"))
  }

  @Test(arguments: ["kaldi", "npy", "lhotse"], ["none", "utterance", "speaker", "global"])
  func `retried rejects end in the bytes of a fresh run`(format: String, scope: String) throws {
    let folder = try TemporaryFolder()
    let corpus = try corpus(folder, spoiltFile: true)
    let out = folder.appending("out")
    let extra = ["--format", format, "--cmvn", scope]
    #expect(try run(corpus.root, out, extra).status == 0)
    // Of the same size, so that the manifest stays what it was.
    try corpus.write("SX3", samples: 9200, seed: 3)
    #expect(try run(corpus.root, out, extra + ["--retry-rejects"]).status == 0)
    #expect(try run(corpus.root, folder.appending("fresh"), extra).status == 0)
    #expect(try everything(folder, "out") == everything(folder, "fresh"))
    #expect(try ProgramRun.kaleido(["preprocess", "verify", out.path]).status == 0)
  }

  @Test(arguments: ["kaldi", "lhotse"], [UInt64(1), 2])
  func `a retry killed at any time ends in the bytes of a fresh run`(format: String, seed: UInt64) throws {
    let folder = try TemporaryFolder()
    let corpus = try corpus(folder, spoiltFile: true)
    let out = folder.appending("out")
    let extra = ["--format", format, "--cmvn", "speaker"]
    #expect(try run(corpus.root, out, extra).status == 0)
    try corpus.write("SX3", samples: 9200, seed: 3)
    var generator = SplitMix64(seed: seed)
    for _ in 0..<4 {
      let process = Process()
      process.executableURL = ProgramRun.productsFolder.appendingPathComponent("kaleido")
      process.arguments =
        ["preprocess", corpus.root.path, "--out", out.path, "--retry-rejects"] + common + extra
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      usleep(UInt32(generator.next() % 120_000))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    #expect(try run(corpus.root, out, extra + ["--retry-rejects"]).status == 0)
    #expect(try run(corpus.root, folder.appending("fresh"), extra).status == 0)
    #expect(try everything(folder, "out") == everything(folder, "fresh"), "seed \(seed)")
  }

  @Test func `an index of another tool is not replaced`() throws {
    let folder = try TemporaryFolder()
    let corpus = try FaultyCorpus(in: folder)
    try corpus.write("SX1")
    let out = folder.appending("out")
    try FileManager.default.createDirectory(at: out, withIntermediateDirectories: true)
    try Data("mine".utf8).write(to: out.appendingPathComponent("wav.scp"))
    let run = try ProgramRun.kaleido(["preprocess", corpus.root.path, "--out", out.path])
    #expect(run.status == 73 && run.errors.contains("would-replace"))
    #expect(try folder.contents(under: "out") == ["wav.scp": Data("mine".utf8)])
  }

  @Test func `an empty --out is refused`() throws {
    let run = try ProgramRun.kaleido(["preprocess", BuiltInCorpus.path, "--out", ""])
    #expect(run.status == 64 && run.errors.contains("--out"))
  }

  @Test(arguments: ["preprocess", "train"])
  func `a history that is a link is refused before anything is done`(command: String) throws {
    let folder = try TemporaryFolder()
    let (out, precious) = (folder.appending("out"), folder.appending("precious"))
    try FileManager.default.createDirectory(at: out, withIntermediateDirectories: true)
    try Data("mine".utf8).write(to: precious)
    try FileManager.default.createSymbolicLink(
      at: out.appendingPathComponent("provenance.jsonl"), withDestinationURL: precious)
    let run = try ProgramRun.kaleido([command, BuiltInCorpus.path, "--out", out.path, "--quiet"])
    // A training replaces its history whole, and finds that this one is none.
    let refusal = command == "train" ? (65, "provenance.jsonl") : (73, "provenance.jsonl: is-link")
    #expect(run.status == refusal.0 && run.errors.contains(refusal.1), "\(run.errors)")
    #expect(try Data(contentsOf: precious) == Data("mine".utf8))
    #expect(!FileManager.default.fileExists(atPath: out.appendingPathComponent("summary.json").path))
  }

  @Test(arguments: ["train", "compare", "corpus"])
  func `a directory that another host has is refused with the host's name`(command: String) throws {
    let folder = try TemporaryFolder()
    let out = folder.appending("out")
    let claim = out.appendingPathComponent(command == "corpus" ? ".kaleido/lock" : ".kaleido-tmp/owner.lock")
    try FileManager.default.createDirectory(
      at: claim.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(#"{"host":"node17","process":1,"start":"then","kernel":"another"}"#.utf8).write(to: claim)
    let arguments =
      switch command {
      case "train": ["train", BuiltInCorpus.path, "--out", out.path]
      case "compare": ["compare", "mel", "mfcc", "--corpus", BuiltInCorpus.path, "--out", out.path]
      default: ["corpus", "make", out.path, "--preset", "tiny"]
      }
    let run = try ProgramRun.kaleido(arguments + ["--quiet"])
    #expect(run.status == 75 && run.errors.contains("node17"), "\(run.errors)")
  }
}
