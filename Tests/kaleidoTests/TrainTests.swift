import Foundation
import TestSupport
import Testing

@Suite("kaleido train and evaluate") struct TrainTests {
  /// A training of a second on the built-in corpus.
  private func train(
    _ out: String, _ more: [String] = [], in folder: TemporaryFolder
  ) throws -> ProgramRun {
    try ProgramRun.kaleido(
      [
        "train", BuiltInCorpus.path, "--front-end", "mel", "--out", folder.appending(out).path, "--epochs",
        "6", "--hidden", "32", "--batch-segments", "4", "--shuffle-segments", "8", "--progress", "never",
      ] + more)
  }

  /// The files of a RUN whose bytes are promised.
  private func contents(_ out: String, in folder: TemporaryFolder) throws -> [String: Data] {
    try folder.contents(under: out).filter { $0.key != "provenance.jsonl" }
  }

  @Test func `a RUN has its files and no path of the corpus`() throws {
    let folder = try TemporaryFolder()
    let run = try train("run", in: folder)
    #expect(run.status == 0 && run.errors.split(separator: "\n").count == 1)
    #expect(run.errors.contains("chosen on 1 dev speaker alone") && run.output.contains("best epoch"))
    let files = try contents("run", in: folder)
    #expect(
      Set(files.keys) == [
        "checkpoint.safetensors", "config.json", "model.safetensors", "summary.json", "training.jsonl",
      ])
    for (name, bytes) in files {
      #expect(bytes.range(of: Data(BuiltInCorpus.path.utf8)) == nil, "\(name)")
      #expect(bytes.range(of: Data(folder.path.utf8)) == nil, "\(name)")
    }
    let provenance = try #require(try folder.contents(under: "run")["provenance.jsonl"])
    #expect(provenance.range(of: Data(BuiltInCorpus.path.utf8)) == nil)
    #expect(provenance.range(of: Data("CORPUS".utf8)) != nil)
    let lines = try #require(files["training.jsonl"]).split(separator: UInt8(ascii: "\n"))
    #expect(lines.count == 6)
  }

  @Test func `bits depend on neither jobs nor locale`() throws {
    let folder = try TemporaryFolder()
    #expect(try train("a", ["--jobs", "1"], in: folder).status == 0)
    #expect(try train("b", ["--jobs", "2"], in: folder).status == 0)
    #expect(try train("c", ["--jobs", "5"], in: folder).status == 0)
    let first = try contents("a", in: folder)
    #expect(try contents("b", in: folder) == first)
    #expect(try contents("c", in: folder) == first)
    #expect(try train("d", ["--seed", "2"], in: folder).status == 0)
    #expect(try contents("d", in: folder)["model.safetensors"] != first["model.safetensors"])
  }

  /// Every kind of layer, a front end that learns, random dropout.
  @Test(arguments: [
    ["--front-end", "kaleidoscope-time", "--dropout", "0.2"],
    ["--front-end", "kaleidoscope", "--classifier", "tdnn", "--normalization", "layer"],
    [
      "--front-end", "kaleidoscope-pooled:compression=root", "--classifier", "gru", "--bidirectional",
      "--normalization", "batch", "--dropout", "0.1",
    ],
    ["--hidden", "20,kaleidoscope,kaleidoscope-16"],
  ])
  func `bits of every kind depend on neither jobs nor stops`(_ kind: [String]) throws {
    let folder = try TemporaryFolder()
    let more = ["--hidden", "16"] + kind
    #expect(try train("a", more + ["--jobs", "1", "--epochs", "2"], in: folder).status == 0)
    #expect(try train("b", more + ["--jobs", "3", "--epochs", "2"], in: folder).status == 0)
    let whole = try contents("a", in: folder)
    #expect(try contents("b", in: folder) == whole)
    // As a kill after the first epoch leaves it: without what is written at the end, with the checkpoint of
    // then.
    let process = Process()
    process.executableURL = ProgramRun.productsFolder.appendingPathComponent("kaleido")
    process.arguments =
      [
        "train", BuiltInCorpus.path, "--out", folder.appending("c").path, "--batch-segments", "4",
        "--shuffle-segments", "8", "--quiet", "--progress", "never", "--epochs", "2",
      ] + more
    try process.run()
    let checkpoint = folder.appending("c/checkpoint.safetensors").path
    while process.isRunning, !FileManager.default.fileExists(atPath: checkpoint) { usleep(500) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    #expect(try train("c", more + ["--epochs", "2", "--resume"], in: folder).status == 0)
    let resumed = try contents("c", in: folder)
    for (file, bytes) in whole { #expect(resumed[file] == bytes, "\(file)") }
  }

  @Test func `a bad float file is left out before training`() throws {
    let folder = try TemporaryFolder()
    // Ten seconds of floats with one not-a-number near the end, beside good utterances.
    let corpus = folder.appending("corpus")
    try FileManager.default.copyItem(at: URL(fileURLWithPath: BuiltInCorpus.path), to: corpus)
    let trained = try #require(
      try FileManager.default.subpathsOfDirectory(atPath: corpus.appendingPathComponent("TRAIN").path)
        .filter { $0.hasSuffix(".WAV") && !$0.contains("/SA") }.sorted().first)
    let file = corpus.appendingPathComponent("TRAIN/\(trained)")
    let count = try Data(contentsOf: file).count / 2 - 512
    try Self.floatFile(samples: count, badSample: count - 100).write(to: file)
    func run(_ more: [String]) throws -> ProgramRun {
      try ProgramRun.kaleido(
        [
          "train", corpus.path, "--front-end", "mel", "--out", folder.appending("run").path, "--epochs", "1",
          "--hidden", "8", "--progress", "never",
        ] + more)
    }
    let refused = try run([])
    #expect(refused.status == 65 && refused.errors.contains("non-finite"))
    #expect(try run(["--max-bad", "1"]).status == 0)
  }

  /// A RIFF file of 32-bit floats, silent but for one sample that is not a number.
  private static func floatFile(samples: Int, badSample: Int) -> Data {
    var bytes = Data()
    func append<Value: FixedWidthInteger>(_ value: Value) {
      withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
    bytes.append(contentsOf: Array("RIFF".utf8))
    append(UInt32(36 + 4 * samples))
    bytes.append(contentsOf: Array("WAVEfmt ".utf8))
    append(UInt32(16))
    append(UInt16(3))
    append(UInt16(1))
    append(UInt32(16_000))
    append(UInt32(64_000))
    append(UInt16(4))
    append(UInt16(32))
    bytes.append(contentsOf: Array("data".utf8))
    append(UInt32(4 * samples))
    for sample in 0..<samples { append(sample == badSample ? Float.nan.bitPattern : Float(0).bitPattern) }
    return bytes
  }

  /// A FIFO instead of a file of a RUN ends the program soon, and it does not wait for somebody at the
  /// other end.
  @Test(arguments: ["config.json", "training.jsonl", "summary.json"])
  func `a FIFO in a RUN does not hang`(_ name: String) throws {
    let folder = try TemporaryFolder()
    #expect(try train("run", ["--epochs", "1"], in: folder).status == 0)
    let path = folder.appending("run/\(name)").path
    try FileManager.default.removeItem(atPath: path)
    #expect(mkfifo(path, 0o600) == 0)
    let run = try train("run", ["--epochs", "1", "--resume"], in: folder)
    // What is written anew replaces the FIFO.
    #expect([0, 65, 74, 78].contains(run.status))
  }

  @Test func `--resume and --force contradict each other`() throws {
    let folder = try TemporaryFolder()
    #expect(try train("run", ["--resume", "--force"], in: folder).status == 64)
  }

  @Test func `a speaker of both splits is refused`() throws {
    let folder = try TemporaryFolder()
    let names = try FileManager.default.subpathsOfDirectory(atPath: BuiltInCorpus.path)
      .filter { $0.hasPrefix("TRAIN") && $0.hasSuffix(".WAV") && !$0.contains("/SA") }.sorted()
    let lines = names.enumerated().map { index, name in
      let parts = name.split(separator: "/")
      return """
        {"id":"U\(index)","audio":"\(name)","labels":"\(name.dropLast(3))PHN",\
        "speaker":"\(parts[parts.count - 2])","split":"\(index % 2 == 0 ? "train" : "dev")"}
        """
    }
    let manifest = folder.appending("shared.jsonl")
    try Data(lines.joined(separator: "\n").utf8).write(to: manifest)
    let run = try ProgramRun.kaleido([
      "train", manifest.path, "--root", BuiltInCorpus.path, "--out", folder.appending("run").path,
    ])
    #expect(run.status == 65 && run.errors.contains("shared-speaker"))
    #expect(!FileManager.default.fileExists(atPath: folder.appending("run").path))
  }

  @Test func `a run killed anywhere goes on to the same bytes`() throws {
    let folder = try TemporaryFolder()
    let more = ["--epochs", "25"]
    #expect(try train("whole", more, in: folder).status == 0)
    let whole = try contents("whole", in: folder)
    // Killed once `epochs` epochs are committed.
    for epochs in [0, 3, 17] {
      let name = "killed-\(epochs)"
      let process = Process()
      process.executableURL = ProgramRun.productsFolder.appendingPathComponent("kaleido")
      process.arguments =
        [
          "train", BuiltInCorpus.path, "--front-end", "mel", "--out", folder.appending(name).path,
          "--hidden", "32", "--batch-segments", "4", "--shuffle-segments", "8", "--quiet", "--progress",
          "never",
        ] + more
      try process.run()
      let history = folder.appending("\(name)/training.jsonl")
      let config = folder.appending("\(name)/config.json")
      while process.isRunning {
        let lines = (try? Data(contentsOf: history))?.count { $0 == UInt8(ascii: "\n") } ?? 0
        if lines >= epochs, FileManager.default.fileExists(atPath: config.path) { break }
        usleep(500)
      }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      #expect(try train(name, more + ["--resume"], in: folder).status == 0)
      let resumed = try contents(name, in: folder)
      #expect(Set(resumed.keys) == Set(whole.keys))
      for (file, bytes) in whole { #expect(resumed[file] == bytes, "\(file) after \(epochs) epochs") }
    }
  }

  @Test func `a few utterances are learned by heart`() throws {
    let folder = try TemporaryFolder()
    // Trained and measured on the same four utterances.
    let out = folder.appending("run").path
    let run = try ProgramRun.kaleido([
      "train", BuiltInCorpus.path, "--train-split", "dev", "--dev-split", "dev", "--out", out, "--epochs",
      "100",
      "--batch-segments", "24", "--learning-rate", "0.005", "--quiet",
    ])
    #expect(run.status == 0)
    let history = try String(contentsOfFile: "\(out)/training.jsonl", encoding: .utf8)
    let best = try #require(history.split(separator: "\n").min { devErrors($0) < devErrors($1) })
    #expect(devErrors(best) == 0, "\(best)")
  }

  private func devErrors(_ line: Substring) -> Int {
    let json = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    return json?["dev_errors"] as? Int ?? Int.max
  }

  @Test(arguments: ["none", "utterance", "speaker", "sliding"])
  func `stored features train the same model`(cmvn: String) throws {
    let folder = try TemporaryFolder()
    let features = folder.appending("features").path
    let sliding = cmvn == "sliding" ? ["--cmvn", cmvn] : []
    let preprocessed = try ProgramRun.kaleido(
      ["preprocess", BuiltInCorpus.path, "--out", features, "--shard-utterances", "7", "--quiet"] + sliding)
    #expect(preprocessed.status == 0)
    let more = ["--cmvn", cmvn, "--epochs", "2", "--quiet"]
    #expect(try train("audio", more, in: folder).status == 0)
    #expect(try train("stored", more + ["--features-from", features], in: folder).status == 0)
    #expect(try contents("audio", in: folder) == contents("stored", in: folder))
    let other = try train("other", ["--features-from", features, "--mel-bins", "23"], in: folder)
    #expect(other.status == 78 && other.errors.contains("options.mel-bins: 40 there, 23 asked for"))
  }

  @Test func `incomplete stored features are refused with a pointer to preprocess`() throws {
    let folder = try TemporaryFolder()
    let features = folder.appending("features").path
    let part = try ProgramRun.kaleido([
      "preprocess", BuiltInCorpus.path, "--out", features, "--shard-utterances", "7", "--shard", "1/2",
      "--quiet",
    ])
    #expect(part.status == 0)
    let run = try train("run", ["--features-from", features], in: folder)
    #expect(run.status == 75 && run.errors.contains("Run the preprocess command again"), "\(run.errors)")
  }

  @Test(arguments: [
    ["--front-end", "kaleidoscope", "--cmvn", "speaker"], ["--cmvn", "global"],
    ["--front-end", "kaleidoscope-time", "--features-from", "features"],
  ])
  func `normalizations that cannot be trained through are refused`(options: [String]) throws {
    let folder = try TemporaryFolder()
    let run = try ProgramRun.kaleido(
      ["train", BuiltInCorpus.path, "--out", folder.appending("run").path, "--quiet"] + options)
    #expect(run.status == 64 && run.errors.contains("remedy"))
    #expect(try folder.contents().isEmpty)
  }

  @Test func `utterances that cannot be used are named`() throws {
    let folder = try TemporaryFolder()
    let corpus = folder.appending("corpus")
    try FileManager.default.copyItem(at: BuiltInCorpus.url, to: corpus)
    let names = try BuiltInCorpus.utterances().filter { $0.hasPrefix("TRAIN") && !$0.hasSuffix("SA1") }
    try Data("no audio".utf8).write(to: corpus.appendingPathComponent(names[0] + ".WAV"))
    try FileManager.default.removeItem(at: corpus.appendingPathComponent(names[1] + ".PHN"))
    func train(_ maxBad: String) throws -> ProgramRun {
      try ProgramRun.kaleido([
        "train", corpus.path, "--out", folder.appending("run").path, "--epochs", "1", "--hidden", "8",
        "--max-bad", maxBad, "--json", "--progress", "never",
      ])
    }
    let refused = try train("0")
    #expect(refused.status == 65 && refused.errors.contains("unknown-format"))
    #expect(!FileManager.default.fileExists(atPath: folder.appending("run").path))
    let run = try train("1")
    #expect(run.status == 0)
    let json = try #require(try JSONSerialization.jsonObject(with: run.outputBytes) as? [String: Any])
    #expect((json["rejects"] as? [Any])?.count == 1 && (json["unlabeled"] as? [Any])?.count == 1)
  }

  @Test func `an existing RUN is neither resumed nor replaced unasked`() throws {
    let folder = try TemporaryFolder()
    #expect(try train("run", in: folder).status == 0)
    let before = try contents("run", in: folder)
    #expect(try train("run", in: folder).status == 73)
    let other = try train("run", ["--resume", "--learning-rate", "0.001"], in: folder)
    #expect(
      other.status == 78 && other.errors.contains("training.learning-rate: 0.002 there, 0.001 asked for"))
    #expect(try contents("run", in: folder) == before)
    #expect(try train("run", ["--resume"], in: folder).status == 0)
    #expect(try contents("run", in: folder) == before)
    #expect(try train("run", ["--force", "--epochs", "2"], in: folder).status == 0)
    #expect(try contents("run", in: folder) != before)
  }

  @Test func `a folder of something else is left alone`() throws {
    let folder = try TemporaryFolder()
    try Data("{}".utf8).write(to: folder.appending("config.json"))
    #expect(try train("", ["--force"], in: folder).status == 78)
    #expect(try folder.contents() == ["config.json": Data("{}".utf8)])
    try FileManager.default.removeItem(at: folder.appending("config.json"))
    try Data("mine".utf8).write(to: folder.appending("model.safetensors"))
    #expect(try train("", ["--force"], in: folder).status == 73)
    #expect(try folder.contents() == ["model.safetensors": Data("mine".utf8)])
  }

  @Test func `an evaluation names every convention and counts every utterance`() throws {
    let folder = try TemporaryFolder()
    #expect(try train("run", in: folder).status == 0)
    let run = try ProgramRun.kaleido(
      ["evaluate", folder.appending("run").path, BuiltInCorpus.path, "--json", "--progress", "never"])
    #expect(run.status == 0)
    let json = try #require(try JSONSerialization.jsonObject(with: run.outputBytes) as? [String: Any])
    let phones = try #require(json["phones"] as? [String: Any])
    #expect(Set(phones.keys) == ["strict", "forgiving", "merged"])
    let utterances = try #require(json["by_utterance"] as? [[String: Any]])
    #expect(utterances.count == 4 && json["calibration_left_out"] as? Int == 1)
    #expect(utterances.allSatisfy { ($0["key"] as? String)?.hasSuffix("SA1") == false })
    let frames = try #require(json["frames_scored"] as? [String: Any])
    #expect(frames["frames"] as? Int == utterances.compactMap { $0["frames_scored"] as? Int }.reduce(0, +))
    let withSA = try ProgramRun.kaleido(
      [
        "evaluate", folder.appending("run/model.safetensors").path, BuiltInCorpus.path, "--with-sa", "--json",
        "--quiet", "--jobs", "1",
      ])
    let all = try #require(try JSONSerialization.jsonObject(with: withSA.outputBytes) as? [String: Any])
    #expect((all["by_utterance"] as? [[String: Any]])?.count == 5)
  }

  @Test func `a file that is no model is refused as such`() throws {
    let folder = try TemporaryFolder()
    func evaluate(_ model: String) throws -> Int32 {
      try ProgramRun.kaleido(["evaluate", model, BuiltInCorpus.path, "--quiet"]).status
    }
    #expect(try evaluate(folder.appending("nothing").path) == 66)
    #expect(try evaluate(folder.path) == 66)
    let file = folder.appending("model.safetensors")
    for bytes in [
      Data(), Data("not a model".utf8), Data(repeating: 0xFF, count: 64),
      Data([2, 0, 0, 0, 0, 0, 0, 0] + Array("{}".utf8)),
    ] {
      try bytes.write(to: file)
      #expect(try evaluate(file.path) == 65)
    }
    #expect(try train("run", ["--epochs", "1"], in: folder).status == 0)
    let model = try Data(contentsOf: folder.appending("run/model.safetensors"))
    for count in [7, 100, model.count / 2, model.count - 1] {
      try model.prefix(count).write(to: file)
      #expect(try evaluate(file.path) == 65, "\(count) bytes")
    }
  }

  @Test(arguments: [
    ["--classifier", "lstm"], ["--hidden", "0"], ["--hidden", "32,,32"], ["--hidden", "kaleidoscope-"],
    ["--classifier", "gru", "--hidden", "kaleidoscope"], ["--epochs", "0"],
    ["--dropout", "1"], ["--classes", "40"], ["--learning-rate", "nan"], ["--bidirectional"],
    ["--momentum", "0.5"], ["--train-split", "nowhere"], ["--context", "-1"], ["--front-end", "mell"],
  ])
  func `impossible options are refused before anything is written`(options: [String]) throws {
    let folder = try TemporaryFolder()
    #expect(try train("run", options, in: folder).status == 64)
    #expect(try folder.contents().isEmpty)
  }

  @Test func `the graph is drawn without running`() throws {
    let folder = try TemporaryFolder()
    let run = try ProgramRun.kaleido(
      [
        "graph", "--outline", "train", BuiltInCorpus.path, "--out", folder.appending("run").path, "--jobs",
        "2",
      ])
    #expect(run.status == 0)
    for stage in ["AudioReader", "FrontEnd", "SegmentCutter", "ShuffleBuffer", "Trainer"] {
      #expect(run.output.contains(stage))
    }
    #expect(try folder.contents().isEmpty)
  }
}
