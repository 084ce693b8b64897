import Foundation
import TestSupport
import Testing

@Suite struct PreprocessTests {
  @Test func `the built-in corpus becomes a Kaldi directory`() throws {
    let folder = try TemporaryFolder()
    let out = folder.appending("out").path
    let run = try ProgramRun.kaleido(["preprocess", BuiltInCorpus.path, "--out", out, "--progress", "never"])
    #expect(run.status == 0)
    #expect(run.errors.isEmpty)
    #expect(run.output.contains("20 of 20 utterances"))
    let index = try String(contentsOfFile: "\(out)/feats.scp", encoding: .utf8)
    #expect(index.split(separator: "\n").count == 20)
    let frames = try String(contentsOfFile: "\(out)/utt2num_frames", encoding: .utf8)
    #expect(
      frames.split(separator: "\n").compactMap { Int($0.split(separator: " ")[1]) }.reduce(0, +) == 5348)
  }

  @Test(arguments: ["kaldi", "npy", "lhotse"])
  func `bytes depend on neither jobs nor locale nor time`(format: String) throws {
    let folder = try TemporaryFolder()
    for (name, jobs, environment) in [
      ("a", "1", ["LC_ALL": "C"]), ("b", "2", ["LC_ALL": "de_DE.UTF-8", "TZ": "Asia/Tokyo"]), ("c", "7", [:]),
    ] {
      let run = try ProgramRun.kaleido(
        [
          "preprocess", BuiltInCorpus.path, "--out", folder.appending(name).path, "--format", format,
          "--jobs", jobs,
          "--shard-utterances", "6", "--relative-paths", "--quiet",
        ], environment: environment)
      #expect(run.status == 0)
      #expect(run.output.isEmpty && run.errors.isEmpty)
    }
    let contents = try ["a", "b", "c"].map { name in
      try folder.contents(under: name).filter { $0.key != "provenance.jsonl" }
    }
    #expect(contents[0].count > 8)
    #expect(contents[0] == contents[1])
    #expect(contents[0] == contents[2])
  }

  @Test func `a run on a finished directory rewrites nothing`() throws {
    let folder = try TemporaryFolder()
    let arguments = ["preprocess", BuiltInCorpus.path, "--out", folder.appending("out").path, "--quiet"]
    #expect(try ProgramRun.kaleido(arguments).status == 0)
    let before = try modificationTimes(folder)
    #expect(try ProgramRun.kaleido(arguments).status == 0)
    #expect(try modificationTimes(folder) == before)
  }

  @Test func `another configuration is refused with the fields that differ`() throws {
    let folder = try TemporaryFolder()
    let arguments = ["preprocess", BuiltInCorpus.path, "--out", folder.appending("out").path, "--quiet"]
    #expect(try ProgramRun.kaleido(arguments).status == 0)
    let run = try ProgramRun.kaleido(arguments + ["--mel-bins", "23"])
    #expect(run.status == 78)
    #expect(run.errors.contains("mel-bins: 40 there, 23 asked for"))
    #expect(try ProgramRun.kaleido(arguments + ["--mel-bins", "23", "--force"]).status == 0)
  }

  @Test func `the corpus itself is refused as output`() throws {
    let folder = try TemporaryFolder()
    let corpus = try FaultyCorpus(in: folder)
    try corpus.write("SX1")
    let before = try folder.contents()
    for out in [corpus.root.path, corpus.root.appendingPathComponent("TRAIN/..").path] {
      let run = try ProgramRun.kaleido(["preprocess", corpus.root.path, "--out", out])
      #expect(run.status == 73 && run.errors.contains("out-is-corpus"), "\(run.errors)")
    }
    #expect(try folder.contents() == before)
  }

  @Test func `a corpus with other files than before is reported as such`() throws {
    let folder = try TemporaryFolder()
    let corpus = try FaultyCorpus(in: folder)
    try corpus.write("SX1")
    let arguments = ["preprocess", corpus.root.path, "--out", folder.appending("out").path, "--quiet"]
    #expect(try ProgramRun.kaleido(arguments).status == 0)
    try corpus.write("SX2")
    let run = try ProgramRun.kaleido(arguments)
    #expect(run.status == 78 && run.errors.contains("list of files is another"), "\(run.errors)")
  }

  @Test func `an impossible matrix is refused with the sizes that are allowed`() throws {
    let folder = try TemporaryFolder()
    let out = folder.appending("out").path
    let run = try ProgramRun.kaleido([
      "preprocess", BuiltInCorpus.path, "--out", out, "--features", "kaleidoscope:expansion=3",
    ])
    #expect(run.status == 64 && run.errors.contains("expansion a power of two"), "\(run.errors)")
    #expect(!run.errors.contains("StructuredMaps"))
  }

  private func modificationTimes(_ folder: TemporaryFolder) throws -> [String: Date] {
    var times: [String: Date] = [:]
    for name in try folder.contents().keys where !name.hasSuffix("provenance.jsonl") {
      let attributes = try FileManager.default.attributesOfItem(atPath: folder.appending(name).path)
      times[name] = attributes[.modificationDate] as? Date
    }
    return times
  }
}
