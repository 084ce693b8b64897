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
      let room = stream.maximumFrames(accepting: 1)
      var output = [Float](repeating: .nan, count: room * stream.outputChannels)
      let frame = UnsafeBufferPointer(
        start: harness.input.base + t * stream.inputChannels, count: stream.inputChannels)
      let new = output.withUnsafeMutableBufferPointer { stream.accept(frame, into: $0) }
      #expect(new <= room)
      given += new
      if let latency = stream.latencyFrames {
        #expect(given == max(0, t + 1 - latency))
      } else {
        #expect(given == 0)
      }
    }
    let room = stream.maximumFinishFrames
    var output = [Float](repeating: .nan, count: room * stream.outputChannels)
    let rest = output.withUnsafeMutableBufferPointer { stream.finish(into: $0) }
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
        repeating: .nan, count: stream.maximumFrames(accepting: taken) * stream.outputChannels)
      let frames = UnsafeBufferPointer(
        start: rows + at * stream.inputChannels, count: taken * stream.inputChannels)
      let new = output.withUnsafeMutableBufferPointer { stream.accept(frames, into: $0) }
      result += output[..<(new * stream.outputChannels)]
      at += taken
    }
    var output = [Float](repeating: .nan, count: stream.maximumFinishFrames * stream.outputChannels)
    let new = output.withUnsafeMutableBufferPointer { stream.finish(into: $0) }
    return result + output[..<(new * stream.outputChannels)]
  }
}
