package import Signal

/// The properties of features that need no audio, whether a front end computes them or another tool has.
package protocol FeatureProperties: Sendable {
  /// Floats in a frame of features.
  var channels: Int { get }

  /// The samples that each frame describes.
  var timing: FrameTiming { get }

  /// Frames of the extraction after its own for which a frame of features waits, but for the first.
  var latencyFrames: Int { get }

  /// The passes over all of an utterance that come first, one after the other; each may depend on those
  /// before it. Empty where frames of audio are enough, as they come.
  var measuring: [any FrontEnd] { get }

  /// The computation, in one line for people.
  var summary: String { get }

  /// The program and machine that the bits depend on, beside input, options and seed.
  var fingerprint: ArithmeticFingerprint { get }
}

extension FeatureProperties {
  package var measuring: [any FrontEnd] { [] }
}
