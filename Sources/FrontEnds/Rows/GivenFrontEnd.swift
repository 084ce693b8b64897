package import Signal

/// The place of features that another tool made: what training needs to know of them, and no way to compute them.
///
/// Rows come from where they are stored. Callers do not ask it for a stream.
package struct GivenFrontEnd: FrontEnd {
  package let channels: Int
  package let timing: FrameTiming
  package let fingerprint: ArithmeticFingerprint

  init(_ configuration: FeatureConfiguration) throws(FrontEndError) {
    do throws(SignalError) {
      // Checks the framing, and is where the machine's arithmetic is told.
      fingerprint = try SpectrumPlan(configuration.frameOptions, usesPower: true, usesLog: true).fingerprint
    } catch {
      throw .signal(error)
    }
    channels = configuration.given.channels
    timing = FrameTiming(frame: configuration.frameOptions, subsample: SubsampleOptions())
  }

  package var summary: String { "features made elsewhere; \(channels) channels" }
  package var latencyFrames: Int { 0 }
  package var initialLatencyFrames: Int { 0 }

  package func maximumRows(ofBlock samples: Int) -> Int { max(1, samples / timing.frameShiftSamples + 1) }

  package func makeStream(utterance: String) -> any FrontEndStream {
    preconditionFailure("features made elsewhere are read, not computed")
  }
}
