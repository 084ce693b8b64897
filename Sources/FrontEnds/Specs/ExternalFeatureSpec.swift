package import Foundations
package import Signal

/// Features that another tool made: the frames of audio that they describe, and their shape.
package struct ExternalFeatureSpec: Sendable, Equatable {
  /// Of these the options of framing alone are set.
  private var framing = FeatureConfiguration()

  /// Floats in a frame.
  package private(set) var channels = 40

  /// Frames by which a frame of features comes later than the frame of audio that it describes.
  package private(set) var labelShift = 0

  /// The seed that a training is recorded with; no feature depends on it.
  package var seed: UInt64 {
    get { framing.frame.seed }
    set { framing.frame.seed = newValue }
  }

  /// The options of framing, and what only features of another tool have.
  package static let settings: [Setting<ExternalFeatureSpec>] =
    framingOptions.map(\.setting).within(\.framing) + [
      .integer("channels", \.channels, 1...65_536, help: "Floats in a frame."),
      .integer(
        "label-shift", \.labelShift, -1_000_000...1_000_000, unit: .frames,
        help: "Frames by which a frame of features comes later than the frame of audio that it describes."),
    ]

  /// The feature options that have an effect: rate, length and shift of frames.
  private static let framingOptions = FeatureOption.sharedBeforeOwn.filter { $0.group == .framing }

  /// Whether a feature option has an effect.
  package static func uses(_ option: FeatureOption) -> Bool {
    framingOptions.contains { $0.name == option.name }
  }

  /// 40 channels, a row a frame, and the default framing.
  package init() {}

  /// - Parameter configuration: its framing is taken.
  /// - Throws: ``FrontEndError/setting(_:)`` for a number out of its range.
  package init(
    framing configuration: FeatureConfiguration, channels: Int, labelShift: Int
  ) throws(FrontEndError) {
    for option in Self.framingOptions { try option.set(option.value(in: configuration), in: &framing) }
    do throws(SettingError) {
      try Self.settings.apply(
        ["channels": .integer(channels), "label-shift": .integer(labelShift)], to: &self)
    } catch {
      throw .setting(error)
    }
  }

  /// The properties of the features that training and scoring need.
  ///
  /// - Throws: ``FrontEndError`` for framing that cannot be.
  package func makePlan() throws(FrontEndError) -> ExternalFeaturePlan {
    do throws(SignalError) {
      // Checks the framing, and knows the machine's arithmetic.
      let spectrum = try SpectrumPlan(framing.frameOptions, usesPower: true, usesLog: true)
      return ExternalFeaturePlan(
        channels: channels,
        timing: FrameTiming(frame: framing.frameOptions, subsample: SubsampleOptions()),
        fingerprint: spectrum.fingerprint)
    } catch {
      throw .signal(error)
    }
  }
}

/// Features of another tool whose framing has been checked.
package struct ExternalFeaturePlan: FeatureProperties {
  package let channels: Int
  package let timing: FrameTiming
  package let fingerprint: ArithmeticFingerprint

  package var latencyFrames: Int { 0 }
  package var summary: String { "features made elsewhere; \(channels) channels" }
}
