import Foundation
import TestSupport
import Testing

@Suite("kaleido with a model") struct ModelTests {
  private func train(_ options: [String] = [], in folder: TemporaryFolder) throws -> String {
    let path = folder.appending("run").path
    let run = try ProgramRun.kaleido(
      [
        "train", BuiltInCorpus.path, "--out", path, "--epochs", "2", "--hidden", "16", "--batch-segments",
        "4",
        "--shuffle-segments", "8", "--quiet",
      ] + options)
    try #require(run.status == 0, "\(run.errors)")
    return path
  }

  /// The commands that read a model, each with room for it.
  private func commands(_ model: String, in folder: TemporaryFolder) -> [[String]] {
    [
      ["model", "inspect", model], ["model", "inspect", model, "--json"],
      ["evaluate", model, BuiltInCorpus.path], ["stream", "--model", model],
      [
        "preprocess", BuiltInCorpus.path, "--model", model, "--out", folder.appending("never").path,
      ],
    ]
  }

  private func json(_ run: ProgramRun) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: run.outputBytes) as? [String: Any])
  }

  @Test func `model inspect prints parts and training of RUN, model and checkpoint`() throws {
    let folder = try TemporaryFolder()
    let path = try train(in: folder)
    let text = try ProgramRun.kaleido(["model", "inspect", path])
    #expect(text.status == 0 && text.errors.isEmpty)
    #expect(text.output.contains("classifier.hidden.0") && text.output.contains("dev frame error"))
    let found = try json(try ProgramRun.kaleido(["model", "inspect", path, "--json"]))
    let file = try json(try ProgramRun.kaleido(["model", "inspect", path + "/model.safetensors", "--json"]))
    #expect(found["sha256"] as? String == file["sha256"] as? String)
    #expect(found["kind"] as? String == "model")
    // 440 inputs to 16 units, 16 to 39 classes, with biases.
    #expect(found["parameters"] as? Int == 440 * 16 + 16 + 16 * 39 + 39)
    let parts = try #require(found["parts"] as? [[String: Any]])
    let hidden = try #require(parts.first { $0["name"] as? String == "classifier.hidden.0" })
    let movement = try #require(hidden["movement"] as? Double)
    #expect(hidden["parameters"] as? Int == 440 * 16 + 16 && movement > 0 && movement < 10)
    #expect(parts.reduce(0) { $0 + ($1["parameters"] as? Int ?? 0) } == found["parameters"] as? Int)
    #expect((found["config"] as? [String: Any])?["front_end"] as? String == "mel")
    #expect(found["latency_frames"] as? Int == 5)
    let checkpoint = try json(
      try ProgramRun.kaleido(["model", "inspect", path + "/checkpoint.safetensors", "--json"]))
    #expect(checkpoint["kind"] as? String == "checkpoint")
    #expect((checkpoint["position"] as? [String: Any])?["epochs"] as? Int == 2)
    let names = try #require(checkpoint["tensors"] as? [[String: Any]]).compactMap { $0["name"] as? String }
    #expect(names.contains("optimizer.first_moment.classifier.output.weight"))
  }

  @Test func `model inspect prints how far a learnable front end has moved`() throws {
    let folder = try TemporaryFolder()
    let path = try train(["--front-end", "kaleidoscope-pooled"], in: folder)
    let found = try json(try ProgramRun.kaleido(["model", "inspect", path, "--json"]))
    let parts = try #require(found["parts"] as? [[String: Any]]).compactMap { $0["name"] as? String }
    #expect(parts.contains("frontend.frequency") && parts.contains("frontend.pooling"))
    let movement = try #require(found["front_end_movement"] as? [String: Double])
    #expect(Set(movement.keys) == ["frequency", "pooling"] && movement.values.allSatisfy { $0 > 0 })
    let centers = try #require(found["band_centers_hertz"] as? [[Double]])
    #expect(centers.count == 40)
    // Mel filters at first: rising, within 20 to 8000 Hz; two epochs move them a little.
    for (low, high) in zip(centers, centers.dropFirst()) { #expect(low[0] < high[0]) }
    #expect(centers.allSatisfy { $0[0] > 20 && $0[0] < 8000 && abs($0[1] - $0[0]) < 100 })
    #expect(centers.contains { $0[1] != $0[0] })
  }

  @Test func `the features of a learned front end are those of its model`() throws {
    let folder = try TemporaryFolder()
    let path = try train(["--front-end", "kaleidoscope-pooled"], in: folder)
    func preprocess(_ options: [String], _ out: String) throws -> ProgramRun {
      try ProgramRun.kaleido(
        ["preprocess", BuiltInCorpus.path, "--out", folder.appending(out).path, "--format", "npy", "--quiet"]
          + options)
    }
    #expect(try preprocess(["--model", path, "--features", "kaleidoscope-pooled"], "learned").status == 0)
    #expect(try preprocess(["--features", "kaleidoscope-pooled"], "first").status == 0)
    func features(_ out: String) throws -> Data? {
      try folder.contents(under: out).first { $0.key.hasPrefix("shards/feats") }?.value
    }
    let (learned, first) = (try features("learned"), try features("first"))
    #expect(learned != nil && learned?.count == first?.count && learned != first)
    // Another model, or none, is another configuration.
    let other = try preprocess(["--features", "kaleidoscope-pooled"], "learned")
    #expect(other.status == 78 && other.errors.contains("front-end-sha256"))
    // What the rows come out as, live and from the model file alone.
    #expect(try preprocess(["--model", path + "/model.safetensors"], "learned").status == 0)
  }

  /// Writes a safetensors file.
  private func write(_ header: String, _ data: Data, length: UInt64? = nil, to url: URL) throws {
    var bytes = withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) { Data($0) }
    bytes += Data(header.utf8) + data
    try ChecksumText.restored(in: bytes).write(to: url)
  }

  @Test func `a file that is no model ends with 65 before any output`() throws {
    let folder = try TemporaryFolder()
    let url = folder.appending("k.safetensors")
    let ones = (0..<8).reduce(into: Data()) { data, _ in data += Data([0, 0, 0x80, 0x3F]) }
    func tensor(_ name: String, _ shape: String, _ offsets: String) -> String {
      #""\#(name)":{"dtype":"F32","shape":[\#(shape)],"data_offsets":[\#(offsets)]}"#
    }
    let sound = "{" + tensor("w", "8", "0,32") + "}"
    let digest = #""kaleidoscope.sha256":"\#(String(repeating: "0", count: 64))""#
    let marked = #"{"__metadata__":{"kaleidoscope.model":"3",\#(digest)},"# + sound.dropFirst()
    let cases: [(String, Data, UInt64?)] = [
      (sound, ones, nil), (sound, ones.dropLast(8), nil), (sound, ones, 1 << 63), (sound, ones, 5000),
      ("{" + tensor("a", "8", "0,32") + "," + tensor("b", "8", "0,32") + "}", ones, nil),
      ("{" + tensor("a", "2", "0,8") + "," + tensor("b", "2", "24,32") + "}", ones, nil),
      ("{" + tensor("w", "4294967296,4294967296,4", "0,32") + "}", ones, nil),
      ("{" + tensor("w", "8", "0,32") + "," + tensor("w", "2,4", "0,32") + "}", ones, nil),
      (marked, ones.dropLast(4) + Data([0, 0, 0xC0, 0x7F]), nil), (marked, ones, nil),
      ("{" + tensor("w", "-2,-4", "0,32") + "}", ones, nil),
      ("{" + tensor("w\\u001b[2J", "3", "0,32") + "}", ones, nil),
    ]
    for (index, (header, data, length)) in cases.enumerated() {
      try write(header, data, length: length, to: url)
      // All commands read a model in one way, so that one of them, in turn, is tried for all.
      let all = commands(url.path, in: folder)
      for command in [all[0], all[1 + index % 4]] {
        let run = try ProgramRun.kaleido(command)
        #expect(run.status == 65 && run.output.isEmpty, "case \(index), \(command[0]): \(run.errors)")
        #expect(run.errors.contains("bad-model") && run.errors.contains("k.safetensors"), "\(run.errors)")
        #expect(!run.errors.utf8.contains(0x1B), "case \(index)")
      }
    }
    for bytes in [Data(), Data("cos\nsystem\n(S'touch PWNED'\ntR.".utf8)] {
      try bytes.write(to: url)
      for command in commands(url.path, in: folder) {
        #expect(try ProgramRun.kaleido(command, in: folder.url).status == 65)
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["k.safetensors"])
  }

  /// The model of a RUN with another text for `config`.
  private func change(_ run: String, _ change: (inout [String: Any]) -> Void, to url: URL) throws {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: run + "/model.safetensors"))
    let length = bytes.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    let header = bytes[8..<8 + length]
    var fields = try #require(try JSONSerialization.jsonObject(with: header) as? [String: Any])
    var texts = try #require(fields["__metadata__"] as? [String: String])
    let text = Data(try #require(texts["config"]).utf8)
    var config = try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
    change(&config)
    texts["config"] = String(decoding: try JSONSerialization.data(withJSONObject: config), as: UTF8.self)
    fields["__metadata__"] = texts
    let changed = String(decoding: try JSONSerialization.data(withJSONObject: fields), as: UTF8.self)
    try write(changed, Data(bytes[(8 + length)...]), to: url)
  }

  @Test func `a model whose metadata contradict its tensors ends with 65 and takes no memory by its numbers`()
    throws
  {
    let folder = try TemporaryFolder()
    let path = try train(in: folder)
    let url = folder.appending("k.safetensors")
    func set(_ group: String, _ name: String, _ value: Any) -> (inout [String: Any]) -> Void {
      { config in
        var fields = config[group] as? [String: Any] ?? [:]
        fields[name] = value
        config[group] = fields
      }
    }
    let changes: [(inout [String: Any]) -> Void] = [
      set("classifier", "hidden", [Int](repeating: 8192, count: 16)), set("classifier", "hidden", [17]),
      set("classifier", "hidden", [-1]), set("classifier", "hidden", ["kaleidoscope-0"]),
      set("classifier", "hidden", [true]), set("classifier", "hidden", ["kaleidoscope"]),
      set("classifier", "hidden", [String](repeating: "kaleidoscope", count: 16)),
      set("classifier", "classifier", "gru"),
      set("data", "classes", "61"), set("data", "classes", "62"), set("phones", "table", ["phone"]),
      set("phones", "table", [1]),
      set("features", "mel-bins", 4000), set("features", "mel-bins", 39),
      set("features", "frame-length", 100_000),
      set("features", "splice", "50,50"), { $0["front_end"] = "mel:mel-bins=99999999999999999999" },
      { $0["front_end"] = "nothing" }, { $0["version"] = 1 }, { $0["training"] = [Any]() },
    ]
    for (index, change) in changes.enumerated() {
      try self.change(path, change, to: url)
      let command = commands(url.path, in: folder)[1 + index % 4]
      let run = try ProgramRun.kaleido(command)
      #expect(run.status == 65 && run.output.isEmpty, "case \(index), \(command[0]): \(run.errors)")
      #expect(run.errors.contains("bad-model") && run.errors.contains("k.safetensors"), "\(run.errors)")
      guard !Sanitizer.isOn else { continue }
      let measured = try ProgramRun.kaleidoPeakMemory(["model", "inspect", url.path])
      #expect(measured.status == 65 && measured.peakResidentBytes < 200 << 20, "case \(index)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.appending("never").path))
    // Written again as it was, it is sound.
    try change(path, { _ in }, to: url)
    #expect(try ProgramRun.kaleido(["model", "inspect", url.path]).status == 0)
  }

  @Test func `a missing model ends with 66`() throws {
    let folder = try TemporaryFolder()
    for path in [folder.appending("none").path, folder.path] {
      for command in commands(path, in: folder) {
        let run = try ProgramRun.kaleido(command)
        #expect(run.status == 66 && run.output.isEmpty, "\(command): \(run.errors)")
      }
    }
  }

  @Test func `a model that needs the whole utterance does not stream`() throws {
    let folder = try TemporaryFolder()
    let path = try train(["--classifier", "gru", "--bidirectional"], in: folder)
    let run = try ProgramRun.kaleido(
      ["stream", "--model", path], input: FaultyCorpus.wav(samples: 16_000, seed: 4))
    #expect(run.status == 64 && run.output.isEmpty)
    #expect(run.errors.contains("needs-whole-utterance") && run.errors.contains("bidirectional"))
    let inspected = try json(try ProgramRun.kaleido(["model", "inspect", path, "--json"]))
    #expect(inspected["latency_frames"] is NSNull)
  }

  @Test func `phones come in three forms`() throws {
    let folder = try TemporaryFolder()
    let path = try train(in: folder)
    let wav = FaultyCorpus.wav(samples: 16_000, seed: 4)
    func lines(_ output: String) throws -> [String] {
      let run = try ProgramRun.kaleido(["stream", "--model", path, "--output", output], input: wav)
      #expect(run.status == 0 && run.errors.isEmpty)
      return run.output.split(separator: "\n").map(String.init)
    }
    let (text, phn, objects) = (try lines("text"), try lines("phn"), try lines("jsonl"))
    #expect(!text.isEmpty && text.count == phn.count && text.count == objects.count)
    for (index, line) in text.enumerated() {
      let (words, samples) = (line.split(separator: " "), phn[index].split(separator: " "))
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(objects[index].utf8)) as? [String: Any])
      #expect(words[2] == samples[2] && object["phone"] as? String == String(words[2]))
      #expect(object["end"] as? Double == Double(words[1]))
      let (seconds, sample) = (try #require(Double(words[1])), try #require(Double(samples[1])))
      #expect(abs(seconds - sample / 16_000) < 1e-4)
    }
    #expect(text.last?.split(separator: " ")[1] == "1.0000")
    for wrong in [["--output", "npy"], ["--output", "ark"], ["--features", "mfcc"], ["--mel-bins", "41"]] {
      let run = try ProgramRun.kaleido(["stream", "--model", path] + wrong, input: wav)
      #expect(run.status == 64 && run.output.isEmpty, "\(wrong)")
    }
    for wrong in ["phn", "jsonl"] {
      #expect(try ProgramRun.kaleido(["stream", "--output", wrong], input: wav).status == 64)
    }
    let verbose = try ProgramRun.kaleido(["stream", "--model", path, "--verbose"], input: wav)
    #expect(verbose.errors.contains("\(text.count) phone\(text.count == 1 ? "" : "s"); certain"))
    let graph = try ProgramRun.kaleido(["graph", "--outline", "stream", "--model", path])
    #expect(graph.output.contains("FrameClassifier -PosteriorBlock-> PhoneDecoder"))
  }

  @Test func `the features of a fixed front end are those of the model's options`() throws {
    let folder = try TemporaryFolder()
    let path = try train(["--front-end", "mel:mel-bins=23,window=hamming"], in: folder)
    let (a, b) = (folder.appending("a").path, folder.appending("b").path)
    let byModel = try ProgramRun.kaleido(
      [
        "preprocess", BuiltInCorpus.path, "--out", a, "--model", path, "--features", "mel",
        "--relative-paths", "--quiet",
      ])
    #expect(byModel.status == 0)
    let byRow = try ProgramRun.kaleido(
      [
        "preprocess", BuiltInCorpus.path, "--out", b, "--features", "mel:mel-bins=23,window=hamming",
        "--relative-paths", "--quiet",
      ])
    #expect(byRow.status == 0)
    let (first, second) = (try folder.contents(under: "a"), try folder.contents(under: "b"))
    #expect(first.filter { $0.key != "provenance.jsonl" } == second.filter { $0.key != "provenance.jsonl" })
    for wrong in [["--features", "mfcc"], ["--mel-bins", "40"], ["--preset", "kaldi"]] {
      let out = folder.appending("c").path
      let run = try ProgramRun.kaleido(
        ["preprocess", BuiltInCorpus.path, "--out", out, "--model", path] + wrong)
      #expect(run.status == 64 && run.errors.contains("other-than-model"), "\(wrong)")
      #expect(!FileManager.default.fileExists(atPath: out))
    }
  }
}
