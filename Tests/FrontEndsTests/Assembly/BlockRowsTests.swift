import Foundations
import FrontEnds
import Signal
import TestSupport
import Testing

@Suite("The frames of a block")
struct BlockRowsTests {
  /// Random options in text, such that some frames are cut from a second of audio or less.
  private func request(_ generator: inout SplitMix64) -> String {
    func pick<Value>(_ values: [Value]) -> Value { values[Int.random(in: values.indices, using: &generator)] }
    var options = [
      "frame-length=\(pick([0.2, 1, 5, 25, 100, 700]))",
      "frame-shift=\(pick([0.0625, 0.5, 3, 10, 80, 3000]))",
      "bins=3", "low-frequency=0", "deltas=\(pick([0, 0, 1, 3]))", "delta-window=\(pick([1, 2, 7]))",
      "splice=\(pick(["0", "2:5", "0:9", "3"]))", "subsample=\(pick([1, 1, 3, 40, -1, -4]))",
      "cmvn=\(pick(["none", "none", "sliding"]))", "cmn-window=\(pick([1, 20, 300]))",
      "min-cmn-window=\(pick([1, 7, 100]))",
    ]
    if Bool.random(using: &generator) { options.append("no-snip-edges") }
    if Bool.random(using: &generator) { options.append("cmn-center") }
    return "fft:" + options.filter { !$0.hasPrefix("bins") && !$0.hasPrefix("low") }.joined(separator: ",")
  }

  @Test(
    "are never more than the maximum of the front end, with the end of the utterance",
    arguments: 0..<8 as Range<UInt64>
  )
  func bound(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    var tried = 0
    for _ in 0..<40 {
      let text = request(&generator)
      guard let frontEnd = try? FrontEndSpec(parsing: text).makeFrontEnd() else {
        continue
      }
      tried += 1
      let block = Int.random(in: 1...9000, using: &generator)
      let samples = testSamples(count: Int.random(in: 1...30_000, using: &generator), seed: seed)
      let total = frameCount(frontEnd, samples, block: block)
      #expect(total == frontEnd.timing.rowCount(samples: samples.count), "seed \(seed): \(text)")
    }
    #expect(tried > 10, "seed \(seed)")
  }

  @Test("are at least one where a block is less than a shift")
  func longShift() throws {
    let frontEnd = try FrontEndSpec(parsing: "mel:frame-shift=100000,no-snip-edges").makeFrontEnd()
    #expect((1...3).contains(frontEnd.maximumFrames(ofBlock: 32_768)))
  }
}
