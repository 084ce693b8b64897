import Foundations
import TestSupport
import Testing

@testable import Signal

/// Allocations are counted per thread by the test program's own definitions of malloc and related functions.
@Suite(
  "Allocations of a stream",
  .enabled(if: AllocationCount.works, "allocations are not counted under a sanitizer"))
struct AllocationTests {
  @Test(
    "after a first run, accept, finish and reset allocate nothing",
    arguments: FeatureStreamTests.plans.indices)
  func streams(index: Int) throws {
    let plan = FeatureStreamTests.plans[index].plan
    var random = SplitMix64(seed: UInt64(index))
    let samples = (0..<20_000).map { _ in Int16.random(in: .min ... .max, using: &random) }
    let floats = samples.map { Float($0) }
    var rows = [Float](repeating: 0, count: (plan.frame.frameCount(sampleCount: 20_000) + 4) * plan.channels)
    let stream = plan.makeStream(utteranceKey: 1)
    rows.withUnsafeMutableBufferPointer { rows in
      samples.withUnsafeBufferPointer { samples in
        floats.withUnsafeBufferPointer { floats in
          // The runtime allocates metadata of types at their first use.
          Self.run(stream, samples, floats, piece: 4000, rows)
          for piece in [160, 777, 20_000] {
            let before = AllocationCount.now
            Self.run(stream, samples, floats, piece: piece, rows)
            #expect(
              AllocationCount.now == before,
              "\(FeatureStreamTests.plans[index].name), pieces of \(piece)")
          }
        }
      }
    }
  }

  // An utterance in pieces, alternately as Int16 and as floats.
  private static func run(
    _ stream: FeatureStream, _ samples: UnsafeBufferPointer<Int16>, _ floats: UnsafeBufferPointer<Float>,
    piece: Int, _ rows: UnsafeMutableBufferPointer<Float>
  ) {
    stream.reset(utteranceKey: 1)
    var (at, takesFloats) = (0, false)
    while at < samples.count {
      let end = min(samples.count, at + piece)
      if takesFloats {
        stream.accept(UnsafeBufferPointer(rebasing: floats[at..<end]), into: rows)
      } else {
        stream.accept(UnsafeBufferPointer(rebasing: samples[at..<end]), into: rows)
      }
      takesFloats.toggle()
      at = end
    }
    stream.finish(into: rows)
  }
}
