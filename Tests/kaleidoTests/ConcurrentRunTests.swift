import Foundation
import TestSupport
import Testing

/// Two programs that write to one directory at once, and what is left when one is killed.
@Suite(.timeLimit(.minutes(5))) struct ConcurrentRunTests {
  private func exists(_ name: String, in folder: TemporaryFolder) -> Bool {
    FileManager.default.fileExists(atPath: folder.appending(name).path)
  }

  /// The files whose bytes are promised.
  private func contents(_ name: String, in folder: TemporaryFolder) throws -> [String: Data] {
    try folder.contents(under: name).filter { !$0.key.hasSuffix("provenance.jsonl") }
  }

  /// Requires that a run was refused because another, which it names, has the directory.
  private func expectRefusal(_ run: ProgramRun, by other: RunningProgram) {
    #expect(run.status == 75 && run.errors.contains("in-use"), "\(run.errors)")
    let host = ProcessInfo.processInfo.hostName
    #expect(run.errors.contains("process \(other.identifier) on \(host) since 20"), "\(run.errors)")
  }

  @Test func `a training beside another is refused, and a killed one goes on with its own settings alone`()
    throws
  {
    func arguments(_ out: String, _ more: [String] = []) -> [String] {
      [
        "train", BuiltInCorpus.path, "--out", folder.appending(out).path, "--epochs", "300", "--hidden", "16",
        "--batch-segments", "4", "--shuffle-segments", "8", "--quiet",
      ] + more
    }
    let folder = try TemporaryFolder()
    let first = try RunningProgram(arguments("run"), log: folder.appending("log"))
    try #require(first.runs { exists("run/checkpoint.safetensors", in: folder) }, "\(first.output)")
    for more in [["--force", "--dropout", "0.3"], ["--resume"], ["--force"]] {
      expectRefusal(try ProgramRun.kaleido(arguments("run", more)), by: first)
    }
    #expect(first.isRunning)
    first.kill()
    // The claim of a killed run holds nobody up, and its checkpoint serves no other configuration.
    let killed = try contents("run", in: folder)
    let other = try ProgramRun.kaleido(arguments("run", ["--resume", "--dropout", "0.3"]))
    #expect(other.status == 78 && other.errors.contains("classifier.dropout"), "\(other.errors)")
    for (name, bytes) in killed where !name.hasPrefix(".") {
      #expect(try contents("run", in: folder)[name] == bytes, "\(name)")
    }
    #expect(try ProgramRun.kaleido(arguments("whole")).status == 0)
    #expect(try ProgramRun.kaleido(arguments("run", ["--resume"])).status == 0)
    #expect(try contents("run", in: folder) == contents("whole", in: folder))
  }

  @Test func `of two trainings that begin at once one has the RUN, and its files alone are there`() throws {
    let folder = try TemporaryFolder()
    func arguments(_ dropout: String) -> [String] {
      [
        "train", BuiltInCorpus.path, "--out", folder.appending("run").path, "--epochs", "3", "--hidden", "16",
        "--batch-segments", "4", "--shuffle-segments", "8", "--quiet", "--force", "--dropout", dropout,
      ]
    }
    for round in 0..<4 {
      let runs = try ["0.1", "0.3"].map {
        try RunningProgram(arguments($0), log: folder.appending("log-\(round)-\($0)"))
      }
      let statuses = runs.map { $0.status() }
      // The second is refused, or came after the first had ended and replaced what that had made.
      #expect(statuses.contains(0) && statuses.allSatisfy { [0, 75].contains($0) }, "\(statuses)")
      // One training's configuration, model, checkpoint and summary.
      let report = try ProgramRun.kaleido([
        "report", folder.appending("run").path, "--corpus", BuiltInCorpus.path, "--out",
        folder.appending("report-\(round)").path, "--progress", "never",
      ])
      #expect(report.status == 0, "\(report.errors)")
      let text = try String(contentsOf: folder.appending("run/config.json"), encoding: .utf8)
      let dropout = text.contains("\"dropout\": 0.3") ? "0.3" : "0.1"
      let resumed = try ProgramRun.kaleido(
        arguments(dropout).map { $0 == "--force" ? "--resume" : $0 })
      #expect(resumed.status == 0, "\(resumed.errors)")
    }
  }

  @Test func `a comparison beside another is refused, and the rows of both are there once each has run`()
    throws
  {
    let folder = try TemporaryFolder()
    func arguments(_ rows: [String], _ more: [String] = []) -> [String] {
      ["compare"] + rows + ["--corpus", BuiltInCorpus.path, "--out", folder.appending("out").path]
        + CompareTests.small + more
    }
    func rows() throws -> Set<String> {
      let data = try Data(contentsOf: folder.appending("out/choices.json"))
      let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      return Set(try #require(json["rows"] as? [[String: Any]]).compactMap { $0["row"] as? String })
    }
    // Long enough to be there when the others come.
    let long = ["--epochs", "200"]
    let first = try RunningProgram(arguments(["mel", "fft"], long), log: folder.appending("log"))
    try #require(first.runs { exists("out/choices.json", in: folder) }, "\(first.output)")
    for more in [[], ["--force"]] {
      expectRefusal(try ProgramRun.kaleido(arguments(["mfcc", "mel-pooled"], more)), by: first)
    }
    #expect(first.isRunning)
    first.kill()
    // Killed in the middle of the first comparison, both are finished, whoever comes first.
    #expect(try ProgramRun.kaleido(arguments(["mfcc", "mel-pooled"])).status == 0)
    #expect(try ProgramRun.kaleido(arguments(["mel", "fft"], long)).status == 0)
    #expect(try rows() == ["mel", "fft", "mfcc", "mel-pooled"])
    // At once: one of them may have to come again, and no row is lost.
    let pairs = [["mfcc", "mel:mel-bins=8"], ["mfcc", "mel:mel-bins=9"]]
    let runs = try pairs.map { try RunningProgram(arguments($0), log: folder.appending("log-\($0[1])")) }
    let statuses = runs.map { $0.status() }
    for (index, status) in statuses.enumerated() {
      #expect([0, 75].contains(status), "\(runs[index].output)")
      if status == 75 { #expect(try ProgramRun.kaleido(arguments(pairs[index])).status == 0) }
    }
    #expect(try rows() == ["mel", "fft", "mfcc", "mel-pooled", "mel-mel-bins-8", "mel-mel-bins-9"])
  }

  @Test func `a corpus that is made is refused to a second one, which harms it in nothing`() throws {
    let folder = try TemporaryFolder()
    func arguments(_ out: String, _ more: [String] = []) -> [String] {
      [
        "corpus", "make", folder.appending(out).path, "--preset", "tiny", "--minutes", "0.6", "--quiet",
        "--jobs", "1",
      ] + more
    }
    let first = try RunningProgram(arguments("out"), log: folder.appending("log"))
    try #require(first.runs { exists("out/.kaleido/config.json", in: folder) }, "\(first.output)")
    // Stopped, so that it is there however slow the others are to start.
    kill(first.identifier, SIGSTOP)
    for more in [[], ["--force", "--seed", "2"]] {
      expectRefusal(try ProgramRun.kaleido(arguments("out", more)), by: first)
    }
    kill(first.identifier, SIGCONT)
    #expect(first.status() == 0, "\(first.output)")
    #expect(try ProgramRun.kaleido(arguments("whole")).status == 0)
    #expect(try contents("out", in: folder) == contents("whole", in: folder))
  }

  @Test func `two preprocess at once both end with the same bytes`() throws {
    let folder = try TemporaryFolder()
    func arguments(_ out: String) -> [String] {
      [
        "preprocess", BuiltInCorpus.path, "--out", folder.appending(out).path, "--shard-utterances", "2",
        "--relative-paths", "--quiet",
      ]
    }
    #expect(try ProgramRun.kaleido(arguments("whole")).status == 0)
    for round in 0..<3 {
      let runs = try (0..<2).map {
        try RunningProgram(arguments("out-\(round)"), log: folder.appending("log-\(round)-\($0)"))
      }
      if round > 0 { usleep(20_000) }
      if round == 2 { runs[0].kill() }
      #expect(runs.map { $0.status() } == [round == 2 ? 137 : 0, 0], "\(runs.map(\.output))")
      #expect(try contents("out-\(round)", in: folder) == contents("whole", in: folder))
    }
  }
}
