import Foundation
import Foundations
import TestSupport
import Testing

/// Features of files that have changed since they were read.
@Suite struct StaleFeatureTests {
  private func corpus(in folder: TemporaryFolder, named name: String = "corpus") throws -> URL {
    let corpus = folder.appending(name)
    try FileManager.default.copyItem(at: BuiltInCorpus.url, to: corpus)
    return corpus
  }

  /// Inverts the last byte of a file, of a sample for audio, and keeps size and modification time.
  private func change(_ file: URL) throws {
    var status = stat()
    #expect(stat(file.path, &status) == 0)
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count - 2] ^= 0x55
    let handle = try FileHandle(forWritingTo: file)
    try handle.write(contentsOf: bytes)
    try handle.close()
    var times = [
      timeval(tv_sec: status.st_atim.tv_sec, tv_usec: 0),
      timeval(tv_sec: status.st_mtim.tv_sec, tv_usec: status.st_mtim.tv_nsec / 1000),
    ]
    #expect(utimes(file.path, &times) == 0)
  }

  /// Swaps two phones of the same length in a label file.
  private func relabel(_ file: URL) throws {
    let text = try String(contentsOf: file, encoding: .utf8)
    var lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    let first = try #require(lines.indices.dropFirst().first { lines[$0][2].utf8.count == 2 })
    lines[first][2] = lines[first][2] == "iy" ? "ey" : "iy"
    let changed = lines.map { $0.joined(separator: " ") + "\n" }.joined()
    #expect(changed != text && changed.utf8.count == text.utf8.count)
    try Data(changed.utf8).write(to: file)
  }

  private func preprocess(
    _ corpus: URL, _ name: String = "out", in folder: TemporaryFolder, _ extra: [String] = []
  ) throws -> ProgramRun {
    try ProgramRun.kaleido(
      ["preprocess", corpus.path, "--out", folder.appending(name).path, "--shard-utterances", "4"]
        + ["--progress", "never"] + extra)
  }

  private func promised(_ folder: TemporaryFolder, _ name: String) throws -> [String: Data] {
    try folder.contents(under: name).filter { name, _ in
      name == "config.json" || name.hasPrefix("shards/") || name.hasPrefix("records/")
    }
  }

  @Test(arguments: ["WAV", "PHN"], [false, true])
  func `what has changed in content alone is done again, named and counted`(
    kind: String, isCached: Bool
  ) throws {
    let folder = try TemporaryFolder()
    let corpus = try corpus(in: folder)
    // Stamps are kept of files that were not changed in the last seconds.
    if isCached { Thread.sleep(forTimeInterval: 3.1) }
    #expect(try preprocess(corpus, in: folder).status == 0)
    let cache = folder.appending("out/.kaleido-cache/00000.jsonl").path
    if isCached { #expect(FileManager.default.fileExists(atPath: cache)) }
    let again = try preprocess(corpus, in: folder)
    #expect(again.status == 0 && again.output.contains("(0 done now, 5 there already)"), "\(again.output)")
    let name = try BuiltInCorpus.utterances()[9]
    if kind == "WAV" {
      try change(corpus.appendingPathComponent("\(name).WAV"))
    } else {
      try relabel(corpus.appendingPathComponent("\(name).PHN"))
    }
    let check = try ProgramRun.kaleido(
      ["corpus", "check", corpus.path, "--against", folder.appending("out").path, "--progress", "never"])
    #expect(check.status == 65 && check.output.contains("1 file changed since"), "\(check.output)")
    let trusting = try preprocess(corpus, in: folder, ["--trust"])
    #expect(trusting.output.contains("(0 done now, 5 there already)"))
    let run = try preprocess(corpus, in: folder)
    #expect(run.status == 0 && run.output.contains("1 file changed since they were read"), "\(run.output)")
    #expect(run.output.contains("(1 done now, 4 there already)"), "\(run.output)")
    #expect(run.errors.contains("\(name).\(kind): changed (\(kind == "WAV" ? "audio" : "labels"))"))
    #expect(try preprocess(corpus, "fresh", in: folder).status == 0)
    #expect(try promised(folder, "out") == promised(folder, "fresh"))
    #expect(
      try ProgramRun.kaleido(
        ["corpus", "check", corpus.path, "--against", folder.appending("out").path, "--quiet"]
      ).status == 0)
  }

  @Test func `a change of length is seen although the directory is trusted`() throws {
    let folder = try TemporaryFolder()
    let corpus = try corpus(in: folder)
    #expect(try preprocess(corpus, in: folder).status == 0)
    let labels = corpus.appendingPathComponent("\(try BuiltInCorpus.utterances()[0]).PHN")
    let lines = try String(contentsOf: labels, encoding: .utf8).split(separator: "\n")
    try Data((lines.dropLast().joined(separator: "\n") + "\n").utf8).write(to: labels)
    let run = try preprocess(corpus, in: folder, ["--trust"])
    #expect(run.output.contains("1 file changed since they were read"), "\(run.output)")
  }

  @Test(arguments: ["WAV", "PHN"])
  func `train refuses features of files that have changed`(kind: String) throws {
    let folder = try TemporaryFolder()
    let corpus = try corpus(in: folder)
    #expect(try preprocess(corpus, in: folder).status == 0)
    func train(_ extra: [String] = []) throws -> ProgramRun {
      try ProgramRun.kaleido(
        ["train", corpus.path, "--out", folder.appending("run").path, "--epochs", "1", "--hidden", "8"]
          + ["--features-from", folder.appending("out").path, "--quiet"] + extra)
    }
    let name = try #require(
      try BuiltInCorpus.utterances().first { $0.hasPrefix("TRAIN") && !$0.contains("SA") })
    if kind == "WAV" {
      try change(corpus.appendingPathComponent("\(name).WAV"))
    } else {
      try relabel(corpus.appendingPathComponent("\(name).PHN"))
    }
    let refused = try train()
    #expect(refused.status == 65 && refused.errors.contains("features-stale"), "\(refused.errors)")
    #expect(refused.errors.contains("\(name).\(kind)"), "\(refused.errors)")
    #expect(try preprocess(corpus, in: folder).status == 0)
    #expect(try train(["--force"]).status == 0)
  }

  @Test func `compare refuses features of preprocess whose audio has changed`() throws {
    let folder = try TemporaryFolder()
    let corpus = try corpus(in: folder)
    #expect(try preprocess(corpus, in: folder).status == 0)
    let name = try BuiltInCorpus.utterances().first { $0.hasPrefix("TEST") && !$0.contains("SA") }
    try change(corpus.appendingPathComponent("\(try #require(name)).WAV"))
    let run = try ProgramRun.kaleido([
      "compare", "mel", "dir:\(folder.appending("out").path)", "--corpus", corpus.path, "--seeds", "1",
      "--epochs", "1", "--hidden", "8", "--out", folder.appending("cmp").path, "--quiet",
    ])
    #expect(run.status == 65 && run.errors.contains("features-stale"), "\(run.errors)")
  }
}
