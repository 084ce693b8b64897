import Foundations
package import Signal

/// `given`: features that another tool made, read from a folder and never computed from audio.
struct Given: FrontEndDefinition {
  static let channels = OptionKey.integer("channels", 1...65_536, default: 40, help: "Floats in a frame.")
  static let labelShift = OptionKey.integer(
    "label-shift", -1_000_000...1_000_000, unit: .frames, default: 0,
    help: "Frames by which a frame of features comes later than the frame of audio that it describes.")

  let name = "given"
  let help = "features that another tool made"
  let optionGroups: Set<SharedOptionGroup> = []
  let ownOptions = [channels.option, labelShift.option]

  func assemble(_ context: inout AssemblyContext) throws(FrontEndError) -> FrontEndAssembly {
    throw .notFromAudio(kind: name)
  }
}

extension FrontEndKind {
  /// Features that another tool made.
  package static let given = FrontEndKind(Given(), alwaysUses: [.framing])
}

/// The stand-in for features that another tool made: what training needs to know of them, and no way to
/// compute them.
///
/// Frames come from where they are stored. Callers do not ask it for a stream.
package struct GivenFrontEnd: FrontEnd {
  package let channels: Int
  package let timing: FrameTiming
  package let fingerprint: ArithmeticFingerprint

  init(_ configuration: FeatureConfiguration) throws(FrontEndError) {
    do throws(SignalError) {
      // Checks the framing, and knows the machine's arithmetic.
      fingerprint = try SpectrumPlan(configuration.frameOptions, usesPower: true, usesLog: true).fingerprint
    } catch {
      throw .signal(error)
    }
    channels = configuration[Given.channels]
    timing = FrameTiming(frame: configuration.frameOptions, subsample: SubsampleOptions())
  }

  package var summary: String { "features made elsewhere; \(channels) channels" }
  package var latencyFrames: Int { 0 }
  package var initialLatencyFrames: Int { 0 }

  package func maximumFrames(ofBlock samples: Int) -> Int { max(1, samples / timing.frameShiftSamples + 1) }

  package func makeStream(utterance: String) -> any FrontEndStream {
    preconditionFailure("features made elsewhere are read, not computed")
  }
}
