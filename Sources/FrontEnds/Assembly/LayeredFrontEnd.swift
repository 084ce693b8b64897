import Foundations
import Learning
package import Signal

/// A front end that learned, or could have: its source and the layers after it with constant values.
package struct LayeredFrontEnd: FrontEnd {
  package let channels: Int
  package let summary: String
  private let source: any FrontEnd
  private let layers: [any SequenceLayer]
  private let context: FrameContext
  private let values: ModelValues

  /// - Parameters:
  ///   - source: audio to the rows that the first layer takes.
  ///   - layers: at least one, of bounded latency.
  ///   - values: read as long as the front end lives, and never written.
  ///   - description: what is computed.
  init(source: any FrontEnd, layers: [any SequenceLayer], values: ModelValues, description: String) {
    let layer = SequentialLayer(layers)
    precondition(layer.inputWidth == source.channels)
    self.source = source
    self.layers = layers
    context = layer.context
    self.values = values
    channels = layer.outputWidth
    summary = "\(description); \(channels) \(Plural.noun("channel", for: channels))"
  }

  package var timing: FrameTiming { source.timing }
  package var latencyFrames: Int { source.latencyFrames + context.right }
  package var initialLatencyFrames: Int { source.initialLatencyFrames + context.right }
  package var fingerprint: ArithmeticFingerprint { source.fingerprint }
  package var measuring: [any FrontEnd] { source.measuring }

  package func maximumFrames(ofBlock samples: Int) -> Int {
    source.maximumFrames(ofBlock: samples) + context.right
  }

  package func makeStream(utterance: String) -> any FrontEndStream {
    LayeredFrontEndStream(
      source: source.makeStream(utterance: utterance), layer: LaneStream.make(layers, values),
      blockFrames: LaneStream.rows(of: layers),
      timing: source.timing,
      sourceLatency: source.initialLatencyFrames)
  }
}

/// The state of a ``LayeredFrontEnd`` within one utterance.
private final class LayeredFrontEndStream: FrontEndStream {
  let outputChannels: Int
  private let source: any FrontEndStream
  private let layer: any LayerStream
  /// Rows between source and layer.
  private let sourceRows: AlignedBuffer<Float>
  private let blockSamples: Int

  /// - Parameter blockFrames: frames that go to the layer at a time.
  init(
    source: any FrontEndStream, layer: any LayerStream, blockFrames: Int, timing: FrameTiming,
    sourceLatency: Int
  ) {
    self.source = source
    self.layer = layer
    outputChannels = layer.outputChannels
    blockSamples = blockFrames * timing.frameShiftSamples
    // More rows than those of a block come at the end of an utterance, and where a frame is longer than a
    // block.
    let owed = timing.frameLengthSamples / timing.frameShiftSamples + 2
    sourceRows = AlignedBuffer<Float>(count: (blockFrames + owed + sourceLatency) * source.outputChannels)
  }

  func maximumFrames(accepting samples: Int) -> Int {
    layer.maximumFrames(accepting: source.maximumFrames(accepting: samples))
  }

  func maximumFinishFrames(accepting samples: Int) -> Int {
    let frames = source.maximumFrames(accepting: samples) + source.maximumFinishFrames(accepting: samples)
    return layer.maximumFrames(accepting: frames) + layer.maximumFinishFrames(accepting: frames)
  }

  func accept(_ samples: UnsafeBufferPointer<Int16>, into rows: UnsafeMutableBufferPointer<Float>) -> Int {
    acceptBlocks(count: samples.count, into: rows) { range, block in
      source.accept(UnsafeBufferPointer(rebasing: samples[range]), into: block)
    }
  }

  func accept(_ samples: UnsafeBufferPointer<Float>, into rows: UnsafeMutableBufferPointer<Float>) -> Int {
    acceptBlocks(count: samples.count, into: rows) { range, block in
      source.accept(UnsafeBufferPointer(rebasing: samples[range]), into: block)
    }
  }

  func finish(into rows: UnsafeMutableBufferPointer<Float>) -> Int {
    precondition(maximumFinishFrames * outputChannels <= rows.count, "too little room for the frames")
    let owed = source.finish(into: sourceRows.values)
    let written = layer.accept(sourceFrames(owed), into: rows)
    return written + layer.finish(into: rest(of: rows, after: written))
  }

  func set(_ measures: UtteranceMeasures) { source.set(measures) }

  func reset(utterance: String) {
    source.reset(utterance: utterance)
    // A stream may be given up before its end: what it owes goes nowhere.
    discardOwedFrames()
  }

  private func discardOwedFrames() {
    let owed = layer.maximumFinishFrames * outputChannels
    guard owed > 0 else {
      // A layer that only looks back owes nothing, and still has frames to forget.
      _ = layer.finish(into: UnsafeMutableBufferPointer(rebasing: sourceRows.values[..<0]))
      return
    }
    let discarded = AlignedBuffer<Float>(count: owed)
    withExtendedLifetime(discarded) { _ = layer.finish(into: discarded.values) }
  }

  private func acceptBlocks(
    count: Int, into rows: UnsafeMutableBufferPointer<Float>,
    take: (Range<Int>, UnsafeMutableBufferPointer<Float>) -> Int
  ) -> Int {
    precondition(
      maximumFrames(accepting: count) * outputChannels <= rows.count, "too little room for the frames")
    var (start, written) = (0, 0)
    while start < count {
      let end = min(count, start + blockSamples)
      let given = take(start..<end, sourceRows.values)
      written += layer.accept(sourceFrames(given), into: rest(of: rows, after: written))
      start = end
    }
    return written
  }

  private func sourceFrames(_ count: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: sourceRows.base, count: count * source.outputChannels)
  }

  private func rest(
    of rows: UnsafeMutableBufferPointer<Float>, after frames: Int
  ) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(rebasing: rows[(frames * outputChannels)...])
  }
}
