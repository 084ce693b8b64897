import Signal

/// The rows of a plan as they are: what the layers of a row that learns start from.
struct PlanFrontEnd: FrontEnd {
  let timing: FrameTiming
  let summary: String
  private let plan: any FeaturePlan

  init(_ plan: any FeaturePlan, summary: String) {
    self.plan = plan
    self.summary = "\(summary); \(plan.channels) channels"
    timing = FrameTiming(frame: plan.frame, subsample: SubsampleOptions())
  }

  var channels: Int { plan.channels }
  var latencyFrames: Int { 0 }
  var initialLatencyFrames: Int { 0 }
  var fingerprint: ArithmeticFingerprint { plan.fingerprint }

  func maximumRows(ofBlock samples: Int) -> Int {
    let (length, shift) = (timing.frameLengthSamples, timing.frameShiftSamples)
    // As for the rows without parameters: whole frames, and at the end those that are reflected.
    return (max(1, samples) - 1) / shift + 1 + (plan.frame.snipsEdges ? 0 : length / shift + 2)
  }

  func makeStream(utterance: String) -> any FrontEndStream {
    SpectralFrontEndStream(
      plan: plan, postprocessing: PostprocessingOptions(), outputChannels: channels, utterance: utterance)
  }
}
