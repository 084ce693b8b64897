import Foundations
import Learning
import TestSupport
import Testing

@Suite("LayerStream")
struct LayerStreamTests {
  @Test(
    "a stream equals the layer on the whole utterance, with the same bits however the rows are split",
    arguments: LayerCase.all, [1, 2, 5, 70, 200])
  func cuts(layer: LayerCase, rows: Int) {
    var declaration = ModelDeclaration(seed: 1)
    let context = layer.make(&declaration).context
    // One segment whose context is all padding.
    let harness = LayerHarness(
      seed: 9, shape: SequenceShape(segments: 1, rows: rows + context.rows),
      padding: [PaddingRows(leading: context.left, trailing: context.right)], isTraining: false,
      make: layer.make)
    let expected = harness.forward()
    let width = harness.layer.inputWidth
    let utterance = harness.input.base + context.left * width
    let stream = harness.layer.makeStream(harness.values)
    let whole = Self.run(stream, utterance, rows: rows, pieces: [rows])
    #expect(whole.count == expected.count)
    for (given, expected) in zip(whole, expected) {
      #expect(abs(given - expected) <= 2e-6 * max(1, abs(expected)))
    }
    var random = SplitMix64(seed: UInt64(rows))
    for maximum in [1, 3, 64, 65, 130] {
      let pieces = (0..<rows).map { _ in Int.random(in: 1...maximum, using: &random) }
      // The stream is reused: an utterance leaves nothing to the next.
      let given = Self.run(stream, utterance, rows: rows, pieces: pieces)
      #expect(given.map(\.bitPattern) == whole.map(\.bitPattern), "pieces of at most \(maximum)")
    }
  }

  @Test(
    "a stream writes at most the rows that it announces, and has the latency that it states",
    arguments: LayerCase.all)
  func latency(layer: LayerCase) {
    let harness = LayerHarness(
      seed: 9, shape: SequenceShape(segments: 1, rows: 90), padding: [PaddingRows()], isTraining: false,
      make: layer.make)
    let stream = harness.layer.makeStream(harness.values)
    var given = 0
    for t in 0..<90 {
      let room = stream.maximumRows(accepting: 1)
      var output = [Float](repeating: .nan, count: max(1, room) * stream.outputWidth)
      let new = stream.accept(harness.input.base + t * stream.inputWidth, count: 1, into: &output)
      #expect(new <= room)
      given += new
      if let latency = stream.latencyRows {
        #expect(given == max(0, t + 1 - latency))
      } else {
        #expect(given == 0)
      }
    }
    let room = stream.maximumFinishRows(accepting: 0)
    var output = [Float](repeating: .nan, count: max(1, room) * stream.outputWidth)
    let rest = stream.finish(into: &output)
    #expect(rest <= room && given + rest == 90)
  }

  /// Passes the rows of an utterance in pieces, each with the room that the stream asks for.
  static func run(
    _ stream: any LayerStream, _ rows: UnsafePointer<Float>, rows count: Int, pieces: [Int]
  ) -> [Float] {
    var (result, at): ([Float], Int) = ([], 0)
    for piece in pieces where at < count {
      let taken = min(piece, count - at)
      var output = [Float](
        repeating: .nan, count: max(1, stream.maximumRows(accepting: taken)) * stream.outputWidth)
      let new = stream.accept(rows + at * stream.inputWidth, count: taken, into: &output)
      result += output[..<(new * stream.outputWidth)]
      at += taken
    }
    var output = [Float](
      repeating: .nan, count: max(1, stream.maximumFinishRows(accepting: 0)) * stream.outputWidth)
    let new = stream.finish(into: &output)
    return result + output[..<(new * stream.outputWidth)]
  }
}
