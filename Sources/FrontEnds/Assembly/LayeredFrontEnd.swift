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
    summary = "\(description); \(layer.outputWidth) channels"
  }

  package var timing: FrameTiming { source.timing }
  package var latencyFrames: Int { source.latencyFrames + context.right }
  package var initialLatencyFrames: Int { source.initialLatencyFrames + context.right }
  package var fingerprint: ArithmeticFingerprint { source.fingerprint }

  package func maximumRows(ofBlock samples: Int) -> Int {
    source.maximumRows(ofBlock: samples) + context.right
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
  let channels: Int
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
    channels = layer.outputWidth
    blockSamples = blockFrames * timing.frameShiftSamples
    // More rows than those of a block come at the end of an utterance, and where a frame is longer than a block.
    let owed = timing.frameLengthSamples / timing.frameShiftSamples + 2
    sourceRows = AlignedBuffer<Float>(count: (blockFrames + owed + sourceLatency) * source.channels)
  }

  func maximumFrames(accepting samples: Int) -> Int {
    layer.maximumRows(accepting: source.maximumFrames(accepting: samples))
  }

  var maximumFinishFrames: Int {
    let owed = source.maximumFinishFrames
    return layer.maximumRows(accepting: owed) + layer.maximumFinishRows(accepting: owed)
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
    precondition(maximumFinishFrames * channels <= rows.count, "too little room for the rows")
    let owed = source.finish(into: sourceRows.values)
    guard let target = rows.baseAddress else {
      // No room was asked for, so that nothing is owed; the layer ends its utterance all the same.
      return layer.finish(into: sourceRows.base)
    }
    let written = layer.accept(sourceRows.base, count: owed, into: target)
    return written + layer.finish(into: target + written * channels)
  }

  func reset(utterance: String) {
    source.reset(utterance: utterance)
    // A stream may be given up before its end: what it owes goes nowhere.
    discardOwedRows()
  }

  private func discardOwedRows() {
    let owed = layer.maximumFinishRows(accepting: 0) * channels
    guard owed > 0 else {
      // A layer that looks back alone owes nothing, and has what it saw to forget.
      _ = layer.finish(into: sourceRows.base)
      return
    }
    let nowhere = AlignedBuffer<Float>(count: owed)
    withExtendedLifetime(nowhere) { _ = layer.finish(into: nowhere.base) }
  }

  private func acceptBlocks(
    count: Int, into rows: UnsafeMutableBufferPointer<Float>,
    take: (Range<Int>, UnsafeMutableBufferPointer<Float>) -> Int
  ) -> Int {
    precondition(maximumFrames(accepting: count) * channels <= rows.count, "too little room for the rows")
    var (start, written) = (0, 0)
    while start < count {
      let end = min(count, start + blockSamples)
      let given = take(start..<end, sourceRows.values)
      if given > 0, let target = rows.baseAddress {
        written += layer.accept(sourceRows.base, count: given, into: target + written * channels)
      } else if given > 0 {
        // The layer keeps rows back, and no room was asked for.
        written += layer.accept(sourceRows.base, count: given, into: sourceRows.base)
      }
      start = end
    }
    return written
  }
}
