import Foundations
import Signal
import TestSupport
import Testing

@Suite("Splicing")
struct SpliceStreamTests {
  @Test("neighbors are in time order, the first and last frame repeated at the edges")
  func edges() {
    var stream = SpliceStream(options: SpliceOptions(left: 2, right: 1), channels: 1)
    let output = run(&stream, Rows([1, 2, 3]), parts: [3])
    #expect(output == Rows(channels: 4, values: [1, 1, 1, 2, 1, 1, 2, 3, 1, 2, 3, 3]))
  }

  @Test(
    "every row consists of the clamped frames around it",
    arguments: [0, 1, 2, 5, 9, 64, 130], [(0, 0), (4, 4), (0, 3), (3, 0), (100, 70)])
  func reference(frames: Int, context: (left: Int, right: Int)) {
    var generator = SplitMix64(seed: UInt64(frames))
    let rows = Rows(frames: frames, channels: 2, using: &generator)
    var stream = SpliceStream(options: SpliceOptions(left: context.left, right: context.right), channels: 2)
    let output = run(&stream, rows, parts: [frames])
    var expected = Rows(channels: 2 * (context.left + 1 + context.right))
    for frame in 0..<frames {
      for offset in -context.left...context.right {
        let source = min(max(frame + offset, 0), frames - 1)
        expected.values += [rows[source, 0], rows[source, 1]]
      }
    }
    #expect(output == expected)
  }

  @Test("cutting rows into calls does not change a bit", arguments: 0..<20)
  func chunking(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let options = SpliceOptions(
      left: Int.random(in: 0...9, using: &generator), right: Int.random(in: 0...9, using: &generator))
    let rows = Rows(frames: Int.random(in: 0...300, using: &generator), channels: 3, using: &generator)
    var stream = SpliceStream(options: options, channels: 3)
    let whole = run(&stream, rows, parts: [rows.frames])
    stream.reset()
    let parts = randomParts(of: rows.frames, using: &generator)
    #expect(run(&stream, rows, parts: parts).hasSameBits(as: whole), "seed \(seed), parts \(parts)")
  }
}
