import Foundation
import TestSupport
import Testing

@Suite("kaleido compare and report") struct CompareTests {
  static let small = [
    "--epochs", "2", "--hidden", "16", "--batch-segments", "4", "--shuffle-segments", "8", "--seeds", "2",
    "--progress", "never",
  ]

  func compare(
    _ frontEnds: [String], _ out: String, _ more: [String] = [], corpus: String = BuiltInCorpus.path,
    in folder: TemporaryFolder
  ) throws -> ProgramRun {
    try ProgramRun.kaleido(
      ["compare"] + frontEnds + ["--corpus", corpus, "--out", folder.appending(out).path] + Self.small + more)
  }

  @Test func `a comparison leaves its files and does nothing twice`() throws {
    let folder = try TemporaryFolder()
    let run = try compare(["mel", "mel:mel-bins=8"], "out", in: folder)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("too few speakers for a verdict"))
    let first = try folder.contents(under: "out")
    for name in ["config.json", "choices.json", "comparison.json", "report.html", "runs/mel-s1/summary.json"]
    {
      #expect(first[name] != nil, "\(name)")
    }
    for (name, bytes) in first where !name.hasSuffix("provenance.jsonl") {
      #expect(bytes.range(of: Data(folder.path.utf8)) == nil, "\(name) holds no path of the machine")
    }
    let again = try compare(["mel", "mel:mel-bins=8"], "out", in: folder)
    #expect(again.status == 0 && again.output == run.output)
    // Nothing was trained or measured again: also what a clock has measured is the same, and no line was
    // added.
    #expect(try folder.contents(under: "out") == first)
  }

  @Test func `a comparison that was killed goes on to the same result`() throws {
    let folder = try TemporaryFolder()
    let frontEnds = ["mel", "kaleidoscope-time"]
    #expect(try compare(frontEnds, "whole", ["--jobs", "1"], in: folder).status == 0)
    let arguments = frontEnds.joined(separator: " ")
    // From the first training on to after the choices, and in the middle of scores and costs.
    for seconds in ["0.2", "0.4", "0.7", "1.0", "1.3", "1.6", "2", "2.5"] {
      let status = try Shell.run(
        // In the foreground it waits for the end of what it kills.
        "timeout --foreground -s KILL \(seconds) \"$kaleido\" compare \(arguments) "
          + "--corpus '\(BuiltInCorpus.path)' --out killed \(Self.small.joined(separator: " ")) > log 2>&1",
        in: folder)
      #expect([137, 0].contains(status))
    }
    #expect(try compare(frontEnds, "killed", ["--jobs", "3"], in: folder).status == 0)
    #expect(try result("killed", in: folder) == result("whole", in: folder))
  }

  @Test func `a front end against itself is trained with other seeds`() throws {
    let folder = try TemporaryFolder()
    let many = try ManySpeakers(in: folder)
    let run = try compare(["mel", "mel"], "out", many.root, corpus: many.manifest, in: folder)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("mel (seeds 3–4) against mel: no difference shown"), "\(run.output)")
    let json = try result("out", in: folder)
    #expect(try rates(0, json) != rates(1, json))
  }

  @Test func `a planted difference is found and fails`() throws {
    let folder = try TemporaryFolder()
    let many = try ManySpeakers(in: folder)
    // Features without information, of the same number of frames.
    let features = folder.appending("nothing").path
    try FileManager.default.createDirectory(atPath: features, withIntermediateDirectories: true)
    let frames = try frameCounts(many, folder)
    for key in many.keys {
      try NumpyFile.write(rows: try #require(frames[key]), columns: 3, to: "\(features)/\(key).npy") { _, _ in
        0
      }
    }
    let more = many.root + ["--epochs", "12", "--learning-rate", "0.01"]
    let run = try compare(
      ["mel", "dir:\(features)"], "out", more + ["--measure", "frames"], corpus: many.manifest, in: folder)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("against mel: worse"), "\(run.output)")
    let failing = try compare(
      ["mel", "dir:\(features)"], "out", more + ["--measure", "frames", "--fail-if-worse", "0.5"],
      corpus: many.manifest, in: folder)
    #expect(failing.status == 1 && failing.errors.contains("worse:"))
    let allowed = try compare(
      ["mel", "dir:\(features)"], "out", more + ["--measure", "frames", "--fail-if-worse", "99"],
      corpus: many.manifest, in: folder)
    #expect(allowed.status == 0)
  }

  /// Rows that `preprocess` gives, by key.
  private func frameCounts(_ many: ManySpeakers, _ folder: TemporaryFolder) throws -> [String: Int] {
    let out = folder.appending("counted").path
    let run = try ProgramRun.kaleido(
      ["preprocess", many.manifest, "--out", out, "--quiet"] + many.root)
    #expect(run.status == 0, "\(run.errors)")
    let lines = try String(contentsOfFile: "\(out)/utt2num_frames", encoding: .utf8).split(separator: "\n")
    return lines.reduce(into: [:]) { counts, line in
      let words = line.split(separator: " ")
      counts[String(words[0])] = Int(words[1])
    }
  }

  @Test func `features made elsewhere score as the same features made here`() throws {
    let folder = try TemporaryFolder()
    let made = folder.appending("made").path
    #expect(
      try ProgramRun.kaleido(["preprocess", BuiltInCorpus.path, "--out", made, "--quiet"]).status == 0)
    let run = try compare(["mel", "dir:\(made)"], "out", in: folder)
    #expect(run.status == 0, "\(run.errors)")
    let json = try result("out", in: folder)
    #expect(try rates(0, json) == rates(1, json))
  }

  @Test func `another number of frames is explained and refused or aligned`() throws {
    let folder = try TemporaryFolder()
    let many = try ManySpeakers(in: folder)
    let features = folder.appending("late").path
    try FileManager.default.createDirectory(atPath: features, withIntermediateDirectories: true)
    for (key, count) in try frameCounts(many, folder) {
      try NumpyFile.write(rows: count + 3, columns: 4, to: "\(features)/\(key).npy") { row, column in
        Float((row * 7 + column * 3) % 11)
      }
    }
    let refused = try compare(
      ["mel", "dir:\(features)"], "out", many.root, corpus: many.manifest, in: folder)
    #expect(refused.status == 65)
    #expect(refused.errors.contains("features-frames") && refused.errors.contains("--label-shift"))
    let aligned = try compare(
      ["mel", "dir:\(features)"], "aligned", many.root + ["--label-shift", "3"], corpus: many.manifest,
      in: folder)
    #expect(aligned.status == 0, "\(aligned.errors)")
    // Every frame with a label is scored, and those alone.
    let json = try result("aligned", in: folder)
    let contenders = try #require(json["rows"] as? [NSDictionary])
    let totals = try contenders.map { contender -> Int in
      let seeds = try #require(contender["seeds"] as? [NSDictionary])
      let classes = try #require(seeds[0]["by_class"] as? [String: NSDictionary])
      return try classes.values.reduce(0) { $0 + (try #require($1["frames"] as? [Int]))[1] }
    }
    #expect(totals[0] == totals[1])
    // A model of such features cannot hear.
    let model = try #require(
      try FileManager.default.contentsOfDirectory(atPath: folder.appending("aligned/runs").path)
        .first { $0.hasPrefix("dir-") })
    let run = folder.appending("aligned/runs/\(model)").path
    let hearing = [
      ["stream", "--model", run], ["evaluate", run, many.manifest] + many.root,
      ["preprocess", many.manifest, "--model", run, "--out", folder.appending("heard").path] + many.root,
      ["report", run, "--corpus", many.manifest, "--out", folder.appending("page").path] + many.root,
    ]
    for arguments in hearing {
      let refused = try ProgramRun.kaleido(arguments)
      #expect(refused.status == 64, "\(refused.errors)")
      #expect(refused.errors.contains("not-from-audio") && refused.errors.contains(run), "\(refused.errors)")
    }
    #expect(try ProgramRun.kaleido(["model", "inspect", run]).output.contains("features made elsewhere"))
  }

  @Test func `trained runs are compared and reported`() throws {
    let folder = try TemporaryFolder()
    #expect(try compare(["mel", "fft"], "first", in: folder).status == 0)
    func runs(_ frontEnd: String) -> String {
      (1...2).map { folder.appending("first/runs/\(frontEnd)-s\($0)").path }.joined(separator: ",")
    }
    let second = try compare(["run:\(runs("mel"))", "run:\(runs("fft"))"], "second", in: folder)
    #expect(second.status == 0, "\(second.errors)")
    let (a, b) = (try result("first", in: folder), try result("second", in: folder))
    #expect(try rates(0, a) == rates(0, b))
    #expect(try rates(1, a) == rates(1, b))
    let few = try compare(
      ["run:\(runs("mel"))", "run:\(folder.appending("first/runs/fft-s1").path)"], "third", in: folder)
    #expect(few.status == 64 && few.errors.contains("seed-count"))
    let unequal = try compare(
      ["mel", "run:\(runs("fft"))"], "fourth", ["--try", "dropout=0,0.1"], in: folder)
    #expect(unequal.status == 64 && unequal.errors.contains("unequal-trials"))
    let report = try ProgramRun.kaleido([
      "report", folder.appending("first/runs/mel-s1").path, "--corpus", BuiltInCorpus.path, "--out",
      folder.appending("report").path, "--tensorboard", "--progress", "never",
    ])
    #expect(report.status == 0, "\(report.errors)")
    let files = try folder.contents(under: "report")
    #expect(files["report.html"] != nil)
    #expect(files.keys.contains { $0.hasPrefix("tensorboard/") && $0.contains("tfevents") })
  }

  @Test func `trials are the same for every contender and recorded before the test`() throws {
    let folder = try TemporaryFolder()
    let tried = ["--try", "learning-rate=0.001,0.01"]
    #expect(try compare(["mel", "fft"], "out", tried, in: folder).status == 0)
    let data = try Data(contentsOf: folder.appending("out/choices.json"))
    let choices = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let contenders = try #require(choices["rows"] as? [[String: Any]])
    #expect(contenders.count == 2)
    for contender in contenders {
      let trials = try #require(contender["trials"] as? [[String: Any]])
      #expect(
        trials.compactMap { ($0["settings"] as? [String: String])?["learning-rate"] } == ["0.001", "0.01"])
      let chosen = trials.filter { $0["is_chosen"] as? Bool == true }
      #expect(chosen.count == 1)
      let rates = trials.compactMap { $0["dev_per_strict"] as? Double }
      #expect(chosen.first?["dev_per_strict"] as? Double == rates.min())
    }
    // Other trials, after the test speakers were looked at, are another comparison.
    let other = try compare(["mel", "fft"], "out", ["--try", "learning-rate=0.001,0.02"], in: folder)
    #expect(other.status == 78 && other.errors.contains("trials"))
    let measure = try compare(["mel", "fft"], "out", tried + ["--measure", "frames"], in: folder)
    #expect(measure.status == 78 && measure.errors.contains("measure"))
    #expect(try compare(["mel", "fft"], "out", ["--force"], in: folder).status == 0)
  }

  @Test func `runs that may have been trained on test speakers are refused`() throws {
    let folder = try TemporaryFolder()
    let many = try ManySpeakers(in: folder)
    // The same utterances, but for the splits: what is tested here was trained on there.
    let swapped = folder.appending("swapped.jsonl").path
    let text = try String(contentsOfFile: many.manifest, encoding: .utf8)
      .replacingOccurrences(of: "\"test\"", with: "\"x\"")
      .replacingOccurrences(of: "\"train\"", with: "\"test\"")
      .replacingOccurrences(of: "\"x\"", with: "\"train\"")
    try text.write(toFile: swapped, atomically: true, encoding: .utf8)
    let run = folder.appending("run").path
    let trained = try ProgramRun.kaleido(
      [
        "train", swapped, "--out", run, "--epochs", "1", "--hidden", "8", "--batch-segments", "4",
        "--shuffle-segments", "8", "--progress", "never",
      ] + many.root)
    #expect(trained.status == 0, "\(trained.errors)")
    let compared = try compare(
      ["mel", "run:\(run)"], "out", many.root + ["--seeds", "1"], corpus: many.manifest, in: folder)
    #expect(compared.status == 65 && compared.errors.contains("another-corpus"), "\(compared.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.appending("out").path))
  }

  @Test func `choices are recorded before a test speaker is scored`() throws {
    let folder = try TemporaryFolder()
    let run = try compare(["mel", "fft"], "out", ["--try", "dropout=0,0.1"], in: folder)
    #expect(run.status == 0, "\(run.errors)")
    func writingTime(_ name: String) throws -> Date {
      let url = folder.appending("out/\(name)")
      return try #require(
        try url.resourceValues(forKeys: [.contentModificationDateKey]).contentModificationDate)
    }
    let choices = try Data(contentsOf: folder.appending("out/choices.json"))
    let json = try JSONSerialization.jsonObject(with: choices) as? [String: Any]
    #expect((json?["rows"] as? [Any])?.count == 2)
    let scores = try FileManager.default.contentsOfDirectory(atPath: folder.appending("out/scores").path)
    #expect(scores.count == 4)
    for name in scores { #expect(try writingTime("choices.json") <= writingTime("scores/\(name)")) }
  }

  @Test func `a test recording that cannot be used is refused before anything is trained`() throws {
    let folder = try TemporaryFolder()
    let corpus = folder.appending("corpus").path
    try FileManager.default.copyItem(atPath: BuiltInCorpus.path, toPath: corpus)
    let recording = try #require(
      try FileManager.default.subpathsOfDirectory(atPath: corpus).sorted().first {
        $0.contains("TEST") && $0.hasSuffix("WAV") && !$0.hasSuffix("SA1.WAV") && !$0.hasSuffix("SA2.WAV")
      })
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: "\(corpus)/\(recording)"))
    let run = try compare(["mel", "fft"], "out", corpus: corpus, in: folder)
    #expect(run.status == 65 && run.errors.contains("too-many-bad"), "\(run.errors)")
    #expect(try folder.contents(under: "out/runs").isEmpty)
    // What is allowed to be bad is left out for every front end, and named.
    let allowed = try compare(["mel", "fft"], "out", ["--max-bad", "1"], corpus: corpus, in: folder)
    #expect(allowed.status == 0, "\(allowed.errors)")
    #expect(allowed.output.contains("left out of the test:"))
  }

  @Test(arguments: ["test", "train", "dev"])
  func `an utterance too short for one front end is refused before anything is trained`(
    split: String
  ) throws {
    let folder = try TemporaryFolder()
    let corpus = try FaultyCorpus(in: folder)
    var manifest = ""
    for index in 1...6 {
      try corpus.write("SX\(index)", samples: index == 1 ? 500 : 16_000, seed: UInt64(index))
      let own = index == 1 ? split : ["test", "dev", "train"][index % 3]
      manifest += """
        {"id":"U\(index)","audio":"TRAIN/DR1/FAAA0/SX\(index).WAV",\
        "labels":"TRAIN/DR1/FAAA0/SX\(index).PHN","speaker":"P\(index)","split":"\(own)"}\n
        """
    }
    try manifest.write(to: corpus.root.appendingPathComponent("m.jsonl"), atomically: true, encoding: .utf8)
    // 500 samples are a frame of 25 ms, but none of 50 ms.
    let run = try compare(
      ["mel", "mel:frame-length=50"], "out", ["--max-bad", "1"],
      corpus: corpus.root.appendingPathComponent("m.jsonl").path, in: folder)
    #expect(run.status == 65 && run.errors.contains("contenders-not-paired"), "\(run.errors)")
    #expect(try folder.contents(under: "out/runs").isEmpty)
  }

  @Test func `damaged files are named, and done again once they are removed`() throws {
    let folder = try TemporaryFolder()
    let frontEnds = ["mel", "mel:mel-bins=8"]
    #expect(try compare(frontEnds, "out", in: folder).status == 0)
    let first = try result("out", in: folder)
    // Other utterances, a model cut short, a summary of nothing, choices of nothing.
    let damages: [(name: String, remove: String, change: (Data) -> Data)] = [
      (
        "scores/mel-s1.json", "scores/mel-s1.json",
        { $0.replacing(Data("MRPE0_S".utf8), with: Data("MRPE1_S".utf8)) }
      ),
      ("runs/mel-s2/model.safetensors", "runs/mel-s2", { $0.dropLast(100) }),
      ("runs/mel-mel-bins-8-s1/summary.json", "runs/mel-mel-bins-8-s1", { _ in Data("{}".utf8) }),
      ("choices.json", "choices.json", { _ in Data("{".utf8) }),
    ]
    for (name, removed, change) in damages {
      let url = folder.appending("out/\(name)")
      try change(try Data(contentsOf: url)).write(to: url)
      let named = try compare(frontEnds, "out", in: folder)
      #expect(named.status == 65 && named.errors.contains(name), "\(named.errors)")
      // The remedy.
      #expect(named.errors.contains("Remove \(folder.appending("out/\(removed)").path) "), "\(named.errors)")
      try FileManager.default.removeItem(at: folder.appending("out/\(removed)"))
      let again = try compare(frontEnds, "out", in: folder)
      #expect(again.status == 0, "\(again.errors)")
      #expect(try result("out", in: folder) == first, "\(name)")
    }
    try Data("{".utf8).write(to: folder.appending("out/choices.json"))
    #expect(try compare(frontEnds, "out", ["--force"], in: folder).status == 0)
    #expect(try result("out", in: folder) == first)
  }

  @Test(arguments: [
    (["mel"], [], Int32(64), "too-few-front-ends"),
    (["mel", "nonsense"], [], 64, "nonsense"),
    (["mel", "given:channels=3"], [], 64, "given"),
    (["mel", "run:"], [], 64, "run:"),
    (["mel", "run:/nowhere,/nowhere2"], [], 66, "/nowhere"),
    (["mel", "dir:/nowhere"], [], 66, "/nowhere"),
    (["mel", "fft"], ["--try", "front-end=mel"], 64, "--try"),
    (["mel", "fft"], ["--try", "epochs=2,2"], 64, "--try"),
    (["mel", "fft"], ["--seeds", "0"], 64, "--seeds"),
    (["mel", "fft"], ["--seed", "3"], 64, "--seeds"),
    (["mel", "fft"], ["--split", "train"], 65, "shared-speaker"),
    (["mel", "fft"], ["--fail-if-worse", "-1"], 64, "--fail-if-worse"),
    (["mel", "fft"], ["--label-shift", "2"], 64, "--label-shift"),
    (["mel", "fft"], ["--cepstra", "5"], 64, "--cepstra"),
  ])
  func `impossible options are refused before anything is written`(
    frontEnds: [String], more: [String], status: Int32, text: String
  ) throws {
    let folder = try TemporaryFolder()
    let run = try compare(frontEnds, "out", more, in: folder)
    #expect(run.status == status, "\(run.errors)")
    #expect(run.errors.contains(text), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.appending("out").path))
  }

  @Test func `a dry run prints what is left and writes nothing`() throws {
    let folder = try TemporaryFolder()
    let run = try compare(
      ["mel", "fft"], "out", ["--dry-run", "--json", "--try", "dropout=0,0.1"], in: folder)
    #expect(run.status == 0, "\(run.errors)")
    let json = try #require(
      try JSONSerialization.jsonObject(with: run.outputBytes) as? [String: Any])
    #expect(json["trainings"] as? Int == 6 && json["trainings_done"] as? Int == 0)
    #expect(try #require(json["compute_seconds"] as? Double) > 0)
    #expect(!FileManager.default.fileExists(atPath: folder.appending("out").path))
    #expect(try compare(["mel", "mel:mel-bins=8"], "out", in: folder).status == 0)
    let rest = try compare(["mel", "fft"], "out", ["--dry-run"], in: folder)
    #expect(rest.output.contains("4 trainings, 2 of them done"), "\(rest.output)")
  }

  @Test func `every use of the test speakers is reported`() throws {
    let folder = try TemporaryFolder()
    let first = try compare(["mel", "fft"], "out", in: folder)
    #expect(first.status == 0 && !first.output.contains("looked at before"))
    #expect(try !compare(["mel", "fft"], "out", in: folder).output.contains("looked at before"))
    let more = try compare(["mel", "fft", "mfcc"], "out", in: folder)
    #expect(more.output.contains("looked at before: 1 other set"), "\(more.output)")
    #expect(try result("out", in: folder)["earlier_test_uses"] as? Int == 1)
    let forced = try compare(["mel", "fft"], "out", ["--force"], in: folder)
    #expect(forced.output.contains("looked at before: 1 other set"))
  }

  @Test func `standard output has JSON alone`() throws {
    let folder = try TemporaryFolder()
    let run = try compare(["mel", "fft"], "out", ["--json"], in: folder)
    #expect(run.status == 0)
    let json = try JSONSerialization.jsonObject(with: run.outputBytes) as? [String: Any]
    #expect(json?["kind"] as? String == "kaleido-comparison-result")
    #expect(try Data(contentsOf: folder.appending("out/comparison.json")) == run.outputBytes)
  }
}
