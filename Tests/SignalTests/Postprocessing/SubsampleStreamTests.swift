import Foundations
import Signal
import TestSupport
import Testing

@Suite("Subsampling")
struct SubsampleStreamTests {
  @Test(
    "every n-th frame from the offset on is kept; a negative n repeats",
    arguments: [
      (1, 0, [0, 1, 2, 3, 4, 5, 6]), (2, 0, [0, 2, 4, 6]), (3, 1, [1, 4]), (3, 6, [6]), (2, 7, []),
      (10, 0, [0]), (-2, 0, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]),
    ] as [(Int, Int, [Float])])
  func kept(factor: Int, offset: Int, expected: [Float]) {
    let options = SubsampleOptions(factor: factor, offset: offset)
    var stream = SubsampleStream(options: options, channels: 1)
    #expect(run(&stream, Rows([0, 1, 2, 3, 4, 5, 6]), parts: [7]) == Rows(expected))
    #expect(options.frameCount(of: 7) == expected.count)
    #expect(expected.indices.map { Float(options.inputFrame(ofOutput: $0)) } == expected)
  }

  @Test("cutting rows into calls does not change the frames kept", arguments: 0..<40)
  func chunking(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let factor = [-3, -1, 1, 2, 3, 5, 50, 100].randomElement(using: &generator) ?? 1
    let offset = factor < 0 ? 0 : Int.random(in: 0...120, using: &generator)
    let rows = Rows(frames: Int.random(in: 0...300, using: &generator), channels: 2, using: &generator)
    let options = SubsampleOptions(factor: factor, offset: offset)
    var stream = SubsampleStream(options: options, channels: 2)
    let whole = run(&stream, rows, parts: [rows.frames])
    #expect(whole.frames == options.frameCount(of: rows.frames))
    stream.reset()
    let parts = randomParts(of: rows.frames, using: &generator)
    #expect(run(&stream, rows, parts: parts).hasSameBits(as: whole), "seed \(seed), parts \(parts)")
  }
}
