import Foundation
import Foundations
import FrontEnds
import Learning
import Recognition
import Signal
import Stages
import TestSupport
import Testing
import TrainedModels

@testable import Workflows

@Suite struct LiveRecognitionTests {
  /// A model of some seconds of training on the built-in corpus.
  private static func train(_ options: [String], in folder: TemporaryFolder) throws -> LoadedModel {
    let run = try ProgramRun.kaleido(
      [
        "train", BuiltInCorpus.path, "--out", folder.appending("run").path, "--epochs", "12",
        "--batch-segments", "4", "--shuffle-segments", "8", "--quiet",
      ] + options)
    try #require(run.status == 0, "\(run.errors)")
    return try LoadedModel(path: folder.appending("run").path)
  }

  /// The phones of whole audio, as `evaluate` finds them: all features, all posteriors, the best path at the
  /// end.
  private static func phones(of samples: [Int16], _ model: LoadedModel) -> [DecodedPhone] {
    let rows = model.frontEnd.features(of: samples, utterance: "stream")
    let stream = PosteriorStream(model.recognizer.classifier, values: model.values)
    let posteriors = rows.withUnsafeBufferPointer { stream.outputFrames(of: $0) }
    let decoder = PhoneDecoder(
      model.recognizer.phoneLoop(model.values, options: model.decoding), searchIntervalFrames: .max)
    return posteriors.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return [] }
      return decoder.accept(base, count: values.count / stream.classCount) + decoder.finish()
    }
  }

  /// The output of a stream whose samples come in pieces of `pieceBytes` bytes.
  private static func stream(
    _ samples: [Int16], _ model: LoadedModel, output: LiveStreamOptions.Output, pieceBytes: Int
  ) async throws -> (lines: [[Substring]], report: LiveStream.Report) {
    var options = LiveStreamOptions(frontEnd: model.frontEndSpec)
    options.model = model
    options.input = .s16
    options.output = output
    let input = Pipe()
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("live-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try #require(FileManager.default.createFile(atPath: file.path, contents: nil))
    let written = try FileHandle(forWritingTo: file)
    let bytes = samples.withUnsafeBytes { Data($0) }
    // A thread of its own: one that waits for room must not be one of the few that tasks run on.
    Thread.detachNewThread {
      var position = 0
      while position < bytes.count {
        let end = min(position + pieceBytes, bytes.count)
        try? input.fileHandleForWriting.write(contentsOf: bytes[position..<end])
        position = end
      }
      try? input.fileHandleForWriting.close()
    }
    let report = try await LiveStream(options).run(
      input: input.fileHandleForReading.fileDescriptor, output: written.fileDescriptor)
    try written.close()
    let text = try String(contentsOf: file, encoding: .utf8)
    return (text.split(separator: "\n").map { $0.split(separator: " ") }, report)
  }

  @Test(
    "phones are those of the whole audio, whatever the pieces, and tile it",
    arguments: [
      ["--hidden", "64"], ["--classifier", "gru", "--hidden", "24"],
      ["--hidden", "kaleidoscope-48,kaleidoscope"],
      ["--classifier", "tdnn", "--hidden", "32,32", "--no-snip-edges"],
      ["--front-end", "kaleidoscope-time", "--hidden", "32"],
      ["--front-end", "kaleidoscope-patch:gain=running,mean=running", "--hidden", "32"],
    ])
  func equalToWhole(options: [String]) async throws {
    let folder = try TemporaryFolder()
    let model = try Self.train(options, in: folder)
    let symbols = ["sil", "s", "iy"]
    var heard: Set<Substring> = []
    for name in try BuiltInCorpus.utterances().prefix(4) {
      let samples = try BuiltInCorpus.samples(ofUtterance: name)
      let expected = Self.phones(of: samples, model)
      let (lines, report) = try await Self.stream(samples, model, output: .phn, pieceBytes: 1 << 16)
      #expect(lines.count == expected.count && report.phones == expected.count, "\(name)")
      let timing = model.frontEnd.timing
      for (line, phone) in zip(lines, expected) {
        let (start, end) = (try #require(Int(line[0])), try #require(Int(line[1])))
        // Every frame's center lies in the phone that it was given.
        for frame in phone.frames {
          #expect((start..<end).contains(timing.centerSample(ofRow: frame)), "\(name) frame \(frame)")
        }
        heard.insert(line[2])
      }
      #expect(lines.first?[0] == "0" && lines.last?[1] == "\(samples.count)")
      for (a, b) in zip(lines, lines.dropFirst()) { #expect(a[1] == b[0]) }
      let cut = try await Self.stream(samples, model, output: .phn, pieceBytes: 777)
      #expect(cut.lines == lines)
      #expect(report.frames == timing.rowCount(samples: samples.count))
    }
    #expect(!heard.isDisjoint(with: symbols.map { $0[...] }))
  }

  @Test(
    "a front end that measures utterances is refused, by the options that make it so",
    arguments: [
      ("mel:gain=utterance", ["gain"]), ("mel:mean=utterance,gain=running", ["mean"]),
      ("kaleidoscope-patch", ["gain", "mean"]),
    ])
  func wholeUtterances(request: String, options: [String]) throws {
    do {
      _ = try LiveStream(LiveStreamOptions(frontEnd: try FrontEndSpec(parsing: request)))
      Issue.record("\(request) was taken")
    } catch WorkflowError.measuresUtterances(let found, let model) {
      #expect(found == options && model == nil)
    }
  }

  @Test("nothing comes of no sound, and one phone of a sound too short for one")
  func edges() async throws {
    let folder = try TemporaryFolder()
    let model = try Self.train(["--hidden", "16"], in: folder)
    #expect(try await Self.stream([], model, output: .text, pieceBytes: 100).lines.isEmpty)
    #expect(
      try await Self.stream([Int16](repeating: 5, count: 399), model, output: .text, pieceBytes: 100).lines
        .isEmpty)
    let short = try await Self.stream(
      [Int16](repeating: 5, count: 400), model, output: .text, pieceBytes: 100)
    #expect(short.lines.count == 1 && short.lines.first?.prefix(2) == ["0.0000", "0.0250"])
  }
}
