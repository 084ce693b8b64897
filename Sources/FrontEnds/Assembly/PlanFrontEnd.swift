import Foundations
import Signal

/// The frames of a plan of the signal module as they are: a front end without parameters, or the source of
/// one that learns.
struct PlanFrontEnd: FrontEnd {
  let timing: FrameTiming
  let summary: String
  private let plan: any FeaturePlan
  private let gain: GainNormalization?

  /// - Parameters:
  ///   - description: what is computed.
  ///   - gain: of the samples of each frame.
  init(_ plan: any FeaturePlan, description: String, gain: GainNormalization? = nil) {
    self.plan = plan
    self.gain = gain
    summary = "\(description); \(plan.channels) \(Plural.noun("channel", for: plan.channels))"
    timing = FrameTiming(frame: plan.frame, subsample: SubsampleOptions())
  }

  var channels: Int { plan.channels }
  var latencyFrames: Int { 0 }
  var initialLatencyFrames: Int { 0 }
  var fingerprint: ArithmeticFingerprint { plan.fingerprint }

  var measuring: [any FrontEnd] {
    guard let gain, gain.window == nil else { return [] }
    return [gain.levels]
  }

  func maximumFrames(ofBlock samples: Int) -> Int {
    let (length, shift) = (timing.frameLengthSamples, timing.frameShiftSamples)
    // Accepting n samples completes at most n / S frames, rounded up. At the end those are owed whose last
    // sample the audio does not reach: none where edges are snipped, else less than N / 2S + 2.
    return (max(1, samples) - 1) / shift + 1 + (plan.frame.snipsEdges ? 0 : length / shift + 2)
  }

  func makeStream(utterance: String) -> any FrontEndStream {
    let stream = plan.makeStream(utteranceKey: DitherKey.hash(of: utterance))
    guard let gain else { return PlanFrontEndStream(stream) }
    return GainedPlanStream(stream, gain, utterance: utterance, timing: timing)
  }
}

/// The state of a ``PlanFrontEnd`` within one utterance: frames go straight into the caller's memory.
private final class PlanFrontEndStream: FrontEndStream {
  private let stream: FeatureStream

  init(_ stream: FeatureStream) { self.stream = stream }

  var outputChannels: Int { stream.outputChannels }

  func maximumFrames(accepting samples: Int) -> Int { stream.maximumFrames(accepting: samples) }

  func maximumFinishFrames(accepting samples: Int) -> Int { stream.maximumFinishFrames(accepting: samples) }

  func accept(_ samples: UnsafeBufferPointer<Int16>, into rows: UnsafeMutableBufferPointer<Float>) -> Int {
    stream.accept(samples, into: rows)
  }

  func accept(_ samples: UnsafeBufferPointer<Float>, into rows: UnsafeMutableBufferPointer<Float>) -> Int {
    stream.accept(samples, into: rows)
  }

  func finish(into rows: UnsafeMutableBufferPointer<Float>) -> Int { stream.finish(into: rows) }

  func reset(utterance: String) { stream.reset(utteranceKey: DitherKey.hash(of: utterance)) }
}
