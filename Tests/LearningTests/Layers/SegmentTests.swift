import Foundations
import Learning
import TestSupport
import Testing

@Suite("Segment")
struct SegmentTests {
  /// Layers whose receptive field is their context: all but the recurrent ones.
  static let finite = LayerCase.all.filter { !$0.testDescription.contains("GRU") }

  @Test(
    "segments have the rows of the whole utterance, wherever they begin", arguments: finite, [1, 4, 23, 40])
  func cuts(layer: LayerCase, frames: Int) {
    compare(layer, frames: frames, segmentFrames: 7, tolerance: 2e-6)
  }

  @Test(
    "so have segments of a recurrent layer whose context reaches the ends of the utterance",
    arguments: [false, true])
  func recurrent(isBidirectional: Bool) {
    let layer = LayerCase("GRU") {
      GatedRecurrentUnit(
        "g", inputs: 3, hidden: 5, isBidirectional: isBidirectional, warmUpRows: 40, in: &$0)
    }
    compare(layer, frames: 33, segmentFrames: 8, tolerance: 2e-6)
  }

  @Test(
    "a longer warm-up brings segments of a recurrent layer closer to the utterance", arguments: [false, true])
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
    // Segment s begins `context.left` rows before its first frame; rows beyond the utterance are padding.
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
    let whole = LayerStreamTests.run(
      harness.layer.makeStream(harness.values), utterance, rows: frames, pieces: [frames])
    let given = harness.forward()
    return zip(given, whole).map { abs($0 - $1) }.max() ?? .infinity
  }
}
