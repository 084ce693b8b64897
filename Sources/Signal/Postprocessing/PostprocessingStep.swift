package import Foundations

/// A step from feature frames to feature frames of the signal module: derivatives, context, selection,
/// normalization.
package protocol PostprocessingStep: FrameTransformStream, ~Copyable {
  /// The latency in input frames after the start.
  var latencyFrames: Int { get }

  /// The latency of the first output frame in input frames; at least ``latencyFrames``.
  var initialLatencyFrames: Int { get }

  /// Returns to the state before the first frame, keeping the memory.
  mutating func reset()
}

extension PostprocessingStep where Self: ~Copyable {
  package var initialLatencyFrames: Int { latencyFrames }
}
