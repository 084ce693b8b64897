import Foundation
import Foundations
import FrontEnds
import Recognition
import TestSupport
import Testing
import TrainedModels

@testable import Workflows

@Suite struct LongUtteranceTests {
  /// A corpus of one short train and one long dev utterance of noise, with a phone every 80 ms.
  private func makeCorpus(_ folder: TemporaryFolder, devSeconds: Int) throws -> CorpusLocation {
    var random = SplitMix64(seed: 1)
    var manifest = ""
    for (name, split, seconds) in [("A_1", "train", 4), ("B_1", "dev", devSeconds)] {
      let count = seconds * 16_000
      var bytes = Data("RIFF".utf8)
      func append(_ value: UInt32) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
      }
      append(UInt32(36 + 2 * count))
      bytes.append(Data("WAVEfmt ".utf8))
      append(16)
      append(1 << 16 | 1)
      append(16_000)
      append(32_000)
      append(16 << 16 | 2)
      bytes.append(Data("data".utf8))
      append(UInt32(2 * count))
      let samples = (0..<count).map { _ in
        Int16(truncatingIfNeeded: Int(random.next() % 4001) - 2000).littleEndian
      }
      samples.withUnsafeBytes { bytes.append(contentsOf: $0) }
      try bytes.write(to: folder.appending("\(name).wav"))
      let symbols = ["aa", "iy", "s", "n", "h#"]
      var labels = ""
      for start in stride(from: 0, to: count, by: 1280) {
        labels += "\(start) \(min(start + 1280, count)) \(symbols[Int(random.next() % 5)])\n"
      }
      try Data(labels.utf8).write(to: folder.appending("\(name).phn"))
      manifest +=
        #"{"id":"\#(name)","audio":"\#(name).wav","labels":"\#(name).phn","speaker":"\#(name.prefix(1))","#
        + #""split":"\#(split)"}"# + "\n"
    }
    try Data(manifest.utf8).write(to: folder.appending("corpus.jsonl"))
    return CorpusLocation(folder.appending("corpus.jsonl").path)
  }

  @Test("A training ends although a dev utterance is eight minutes long and some trials hear a phone a frame")
  func eightMinutes() async throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    var options = TrainOptions(
      corpus: try makeCorpus(folder, devSeconds: 8 * 60), runDirectory: folder.appending("run").path,
      features: .frontEnd(try FrontEndSpec(parsing: "mel:bins=5")), jobs: 2)
    options.training.epochs = 1
    options.classifier = FrameClassifierOptions(hiddenLayers: [8], contextFrames: 1)
    let report = try await TrainPlan(options).run()
    // 6000 phones, of which neighbors may be alike, and 48,000 frames: more cells than a table has room for.
    #expect(report.summary.devReferencePhones == 6000)
    #expect(report.summary.devPhoneErrors > 0 && report.summary.devPhoneErrors < 2 * 6000)
    #expect(report.summary.decodingTrials == DecodingChoice.grid.count)
  }
}
