import Foundations
import Learning
import TestSupport
import Testing

@Suite("Segments of an utterance")
struct SegmentTests {
  /// Layers whose rows depend on no more than their context: all but the recurrent ones.
  static let finite = LayerCase.all.filter { !$0.testDescription.contains("GRU") }

  @Test(
    "give, wherever they are cut, the rows that the whole utterance gives", arguments: finite, [1, 4, 23, 40])
  func cuts(layer: LayerCase, frames: Int) {
    compare(layer, frames: frames, segmentFrames: 7, tolerance: 2e-6)
  }

  @Test("do so through a recurrent layer, too, if its context reaches the ends", arguments: [false, true])
  func recurrent(isBidirectional: Bool) {
    let layer = LayerCase("GRU") {
      GatedRecurrentUnit(
        "g", inputs: 3, hidden: 5, isBidirectional: isBidirectional, warmUpRows: 40, in: &$0)
    }
    compare(layer, frames: 33, segmentFrames: 8, tolerance: 2e-6)
  }

  @Test("are nearer to it the longer a recurrent layer has warmed up", arguments: [false, true])
  func warmUp(isBidirectional: Bool) {
    let worst = [0, 4, 16].map { rows in
      difference(
        LayerCase("GRU") {
          GatedRecurrentUnit(
            "g", inputs: 3, hidden: 8, isBidirectional: isBidirectional, warmUpRows: rows, in: &$0)
        }, frames: 60, segmentFrames: 10)
    }
    #expect(worst[0] > 0.1 && worst[1] < worst[0] && worst[2] < 0.1 * worst[0], "\(worst)")
  }

  private func compare(_ layer: LayerCase, frames: Int, segmentFrames: Int, tolerance: Float) {
    #expect(difference(layer, frames: frames, segmentFrames: segmentFrames) <= tolerance)
  }

  /// The largest difference between segments, all in one pass, and the stream over the whole utterance.
  private func difference(_ layer: LayerCase, frames: Int, segmentFrames: Int) -> Float {
    var declaration = ModelDeclaration(seed: 3)
    let context = layer.make(&declaration).context
    let count = (frames + segmentFrames - 1) / segmentFrames
    let rows = segmentFrames + context.rows
    // Segment s begins `context.left` rows before its first frame; what the utterance does not have is outside.
    let padding = (0..<count).map { s in
      let first = s * segmentFrames - context.left
      let leading = min(max(0, -first), rows)
      return PaddingRows(leading: leading, trailing: min(max(0, first + rows - frames), rows - leading))
    }
    let harness = LayerHarness(
      seed: 3, shape: SequenceShape(segments: count, rows: rows), padding: padding, isTraining: false,
      make: layer.make)
    let width = harness.layer.inputWidth
    var random = SplitMix64(seed: 4)
    let utterance = (0..<(frames * width)).map { _ in Float.random(in: -1...1, using: &random) }
    for s in 0..<count {
      for r in 0..<rows {
        let frame = s * segmentFrames - context.left + r
        for c in 0..<width {
          harness.input.base[(s * rows + r) * width + c] =
            frame >= 0 && frame < frames ? utterance[frame * width + c] : 1e3
        }
      }
    }
    let whole = StreamTests.run(
      harness.layer.makeStream(harness.values), utterance, rows: frames, pieces: [frames])
    let given = harness.forward()
    return zip(given, whole).map { abs($0 - $1) }.max() ?? .infinity
  }
}
