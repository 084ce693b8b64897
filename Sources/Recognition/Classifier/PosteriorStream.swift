import Foundations
package import Learning

/// Features of one utterance to log posteriors, `[frames, classes]`: the frozen form of a classifier.
package final class PosteriorStream: LayerStream {
  private let logits: any LayerStream

  /// - Parameter values: read while the stream lives.
  package init(_ classifier: some SequenceLayer, values: ModelValues) {
    logits = classifier.makeStream(values)
  }

  package var classCount: Int { logits.outputChannels }

  package var inputChannels: Int { logits.inputChannels }
  package var outputChannels: Int { logits.outputChannels }
  package var latencyFrames: Int? { logits.latencyFrames }

  package func maximumFrames(accepting count: Int) -> Int { logits.maximumFrames(accepting: count) }
  package func maximumFinishFrames(accepting count: Int) -> Int {
    logits.maximumFinishFrames(accepting: count)
  }

  package func accept(
    _ frames: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    normalize(output, frames: logits.accept(frames, into: output))
  }

  package func finish(into output: UnsafeMutableBufferPointer<Float>) -> Int {
    normalize(output, frames: logits.finish(into: output))
  }

  private func normalize(_ output: UnsafeMutableBufferPointer<Float>, frames: Int) -> Int {
    if let base = output.baseAddress { LogSoftmax.apply(base, rows: frames, classes: classCount) }
    return frames
  }
}
