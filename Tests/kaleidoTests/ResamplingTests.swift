import Foundation
import TestSupport
import Testing

@testable import kaleido

@Suite("Resampling") struct ResamplingTests {
  /// The built-in corpus at another rate, so far below both Nyquist frequencies that nothing is lost.
  static func corpus(rate: Int, in folder: TemporaryFolder, name: String = "corpus") throws -> String {
    for utterance in try BuiltInCorpus.utterances() {
      let file = folder.appending("\(name)/\(utterance).WAV")
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      let samples = try BuiltInCorpus.samples(ofUtterance: utterance)
      let count = samples.count * rate / 16_000
      // Linear interpolation: speech is mostly at low frequencies, and only lengths and labels matter here.
      let values = (0..<count).map { index -> Int16 in
        let time = Double(index) * 16_000 / Double(rate)
        let first = min(Int(time), samples.count - 1)
        let next = min(first + 1, samples.count - 1)
        let part = time - Double(first)
        return Int16((Double(samples[first]) * (1 - part) + Double(samples[next]) * part).rounded())
      }
      try wav(values, rate: rate).write(to: file)
      let labels = try String(
        contentsOf: BuiltInCorpus.url.appendingPathComponent("\(utterance).PHN"), encoding: .utf8)
      let lines = labels.split(separator: "\n").map { line -> String in
        let words = line.split(separator: " ")
        let times = words.prefix(2).map { min(count, (Int($0) ?? 0) * rate / 16_000) }
        return "\(times[0]) \(times[1]) \(words[2])\n"
      }
      try Data(lines.joined().utf8).write(to: folder.appending("\(name)/\(utterance).PHN"))
    }
    return folder.appending(name).path
  }

  static func wav(_ samples: [Int16], rate: Int) -> Data {
    func little<Value: FixedWidthInteger>(_ value: Value) -> Data {
      withUnsafeBytes(of: value.littleEndian) { Data($0) }
    }
    var data = Data("RIFF".utf8) + little(UInt32(36 + 2 * samples.count)) + Data("WAVEfmt ".utf8)
    data += little(UInt32(16)) + little(UInt16(1)) + little(UInt16(1)) + little(UInt32(rate))
    data += little(UInt32(2 * rate)) + little(UInt16(2)) + little(UInt16(16))
    data += Data("data".utf8) + little(UInt32(2 * samples.count))
    for sample in samples { data += little(sample) }
    return data
  }

  private func json(_ data: Data) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test(
    "every rate is taken with --resample, and records name the rate that was found",
    arguments: [8000, 44_100])
  func preprocess(rate: Int) throws {
    let folder = try TemporaryFolder()
    let corpus = try Self.corpus(rate: rate, in: folder)
    let out = folder.appending("feats").path
    let refused = try ProgramRun.kaleido(["preprocess", corpus, "--out", out + "0", "--quiet"])
    #expect(refused.status == 65 && refused.errors.contains("--resample"))
    let arguments = ["preprocess", corpus, "--out", out, "--resample", "--format", "npy", "--quiet"]
    let run = try ProgramRun.kaleido(arguments)
    #expect(run.status == 0, "\(run.errors)")
    let record = try json(try Data(contentsOf: folder.appending("feats/records/00000.json")))
    let utterances = try #require(record["utterances"] as? [[String: Any]])
    #expect(utterances.count == 20 && utterances.allSatisfy { $0["sample_rate_hertz"] as? Int == rate })
    // As many frames as the same speech has at 16 kHz, but for a sample that rounding took.
    let plain = try ProgramRun.kaleido(
      ["preprocess", BuiltInCorpus.path, "--out", folder.appending("plain").path, "--json"])
    let again = try ProgramRun.kaleido(arguments.dropLast() + ["--json"])
    let frames = try [plain, again].map { try #require(try json($0.outputBytes)["frames"] as? Int) }
    #expect(abs(frames[0] - frames[1]) <= 20, "\(frames)")
    // Resampling is part of what is read: without it the directory is another's.
    let without = try ProgramRun.kaleido(["preprocess", corpus, "--out", out, "--format", "npy", "--quiet"])
    #expect(without.status == 78)
  }

  @Test("a stream of another rate gives the bits of its file, and without --resample it is refused")
  func stream() throws {
    let folder = try TemporaryFolder()
    let samples = (0..<9000).map { Int16(truncatingIfNeeded: ($0 &* 7919) % 4001 - 2000) }
    let audio = Self.wav(samples, rate: 22_050)
    try FileManager.default.createDirectory(
      at: folder.appending("one/spk"), withIntermediateDirectories: true)
    try audio.write(to: folder.appending("one/spk/A.wav"))
    let refused = try ProgramRun.kaleido(["stream", "--output", "npy"], input: audio)
    #expect(refused.status == 65 && refused.errors.contains("--resample"))
    let live = try ProgramRun.kaleido(
      ["stream", "--output", "npy", "--block-frames", "1000", "--resample"], input: audio)
    #expect(live.status == 0, "\(live.errors)")
    let run = try ProgramRun.kaleido(
      [
        "preprocess", folder.appending("one").path, "--out", folder.appending("feats").path, "--resample",
        "--format", "npy", "--quiet",
      ])
    #expect(run.status == 0, "\(run.errors)")
    let shards = try folder.contents(under: "feats/shards")
    let stored = try #require(shards.first { $0.key.hasPrefix("feats") }?.value)
    // ⌈9000 · 16000 / 22050⌉ samples give 39 rows of 40 numbers, after a header.
    let rows = 39 * 40 * 4
    #expect(stored.count > rows && stored.count < rows + 512)
    #expect(stored.suffix(rows) == live.outputBytes.suffix(rows))
  }

  @Test("a training at one rate is evaluated and compared on speech of another")
  func evaluate() throws {
    let folder = try TemporaryFolder()
    let corpus = try Self.corpus(rate: 8000, in: folder)
    let run = folder.appending("run").path
    let train = try ProgramRun.kaleido(
      ["train", BuiltInCorpus.path, "--out", run, "--epochs", "1", "--hidden", "8", "--quiet"])
    #expect(train.status == 0, "\(train.errors)")
    let evaluation = try ProgramRun.kaleido(["evaluate", run, corpus, "--resample", "--json"])
    #expect(evaluation.status == 0, "\(evaluation.errors)")
    let comparison = try ProgramRun.kaleido([
      "compare", "mel", "mel:mel-bins=23", "--corpus", corpus, "--resample", "--seeds", "1", "--epochs", "1",
      "--hidden", "8", "--out", folder.appending("results").path, "--quiet",
    ])
    #expect(comparison.status == 0, "\(comparison.errors)")
  }
}
