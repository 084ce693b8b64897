import Foundations
import Signal

/// Shared options that have an effect together; a kind of front end names the groups that it uses.
package enum SharedOptionGroup: Sendable, CaseIterable {
  /// Rate, length and shift of frames: every kind.
  case framing
  /// Dither, context and normalization: every kind that is computed from audio.
  case audio
  /// The taper of a frame.
  case window
  /// DC removal and pre-emphasis of a frame.
  case preparation
  /// Zeros up to a power of two before the transform.
  case padding
  /// Number, range and scale of mel bands.
  case melRange
  /// Norm and warp of mel filters.
  case mel
  /// Kaldi's energy column, and HTK's variants.
  case energy
  /// Logarithm and power of the output.
  case scale
}

extension FeatureOption {
  /// Shared options that a kind's own options follow, in the order of the help.
  static let sharedBeforeOwn: [FeatureOption] = framing + bins + columns

  /// Shared options that follow a kind's own options.
  static let sharedAfterOwn: [FeatureOption] = LevelNormalization.options + context + normalization

  // MARK: Framing and window

  private static let framing: [FeatureOption] = [
    .integer(
      "sample-rate", \.frame.sampleRateHertz, 1...10_000_000, unit: .hertz, group: .framing,
      help: "Rate of the audio; audio of another rate is rejected, never resampled."),
    .real(
      "frame-length", \.frame.frameLengthMilliseconds, 0...1_000_000, unit: .milliseconds,
      group: .framing,
      help: "Length of a frame."),
    .real(
      "frame-shift", \.frame.frameShiftMilliseconds, 0...1_000_000, unit: .milliseconds,
      group: .framing,
      help: "Distance from the start of one frame to that of the next."),
    FeatureOption(window, group: .window),
    .real(
      "blackman-coeff", \.blackmanCoefficient, 0...1, group: .window,
      help: "Coefficient of the window blackman."),
    .real(
      "preemphasis", \.frame.preemphasis, 0...1, group: .preparation,
      help: "How much of its predecessor is subtracted from each sample of a frame; 0 is none."),
    .real(
      "dither", \.frame.dither, 0...32_768,
      help: "Standard deviation of the noise added to each sample, in 16-bit steps; 0 is none."),
    FeatureOption(
      .seed(
        "seed", \.frame.seed,
        help: "Seed of the dither, and of random initial values and positions in learned front ends."),
      group: .framing),
    .flag(
      "snip-edges", \.frame.snipsEdges, group: .framing,
      help: "Only frames that lie inside the audio; without, the audio is reflected at its ends."),
    .flag("remove-dc", \.frame.removesDCOffset, group: .preparation, help: "Subtract a frame's mean."),
    .flag(
      "round-to-power-of-two", \.frame.roundsToPowerOfTwo, group: .padding,
      help: "Pad a frame with zeros to a power of two before the transform."),
  ]

  private static let window = Setting<FeatureConfiguration>(
    "window", kind: .choice(WindowFunction.all.map(\.name)), help: "Taper of a frame."
  ) {
    if case .blackman = $0.frame.window { return .string("blackman") }
    return .string($0.frame.window.name)
  } write: { configuration, value in
    guard case .string(let name) = value, let window = try? WindowFunction(name: name) else { return }
    configuration.frame.window = window
  }

  // MARK: Mel bins

  private static let bins: [FeatureOption] = [
    .integer(
      "mel-bins", shortForms: ["bins"], \.mel.bins, 3...65_536, group: .melRange,
      help: "Number of mel bins."),
    .real(
      "low-frequency", \.mel.lowFrequencyHertz, 0...10_000_000, unit: .hertz, group: .melRange,
      help: "Lower end of the first bin."),
    .real(
      "high-frequency", \.mel.highFrequencyHertz, -10_000_000...10_000_000, unit: .hertz, group: .melRange,
      help: "Upper end of the last bin; 0 is the Nyquist frequency, negative counts down from it."),
    .choice("mel-scale", \.mel.scale, group: .melRange, help: "Scale on which the bins are equally wide."),
    .choice(
      "mel-norm", \.mel.normalization, group: .mel,
      help: "What a bin is scaled to: a peak of one, or an area of one."),
    .flag("htk-mode", \.mel.htkMode, group: .energy, help: "HTK's floor of one and its first bin."),
    .real(
      "vtln-warp", \.mel.vtlnWarp, 0.1...10, group: .mel, help: "Vocal tract length warp; 1 is none."),
    .real(
      "vtln-low", \.mel.vtlnLowHertz, 0...10_000_000, unit: .hertz, group: .mel,
      help: "Lower knee of the warp."),
    .real(
      "vtln-high", \.mel.vtlnHighHertz, -10_000_000...10_000_000, unit: .hertz, group: .mel,
      help: "Upper knee of the warp; negative counts down from the Nyquist frequency."),
  ]

  // MARK: Columns of a row

  private static let columns: [FeatureOption] = [
    .flag(
      "use-log", \.usesLog, group: .scale,
      help: "Natural logarithm of bins or spectrum; without, linear."),
    .flag("use-power", \.usesPower, group: .scale, help: "Power of the spectrum; without, magnitude."),
    .flag(
      "use-energy", \.energy.isUsed, group: .energy,
      help: "Add the frame's log energy, or replace the first cepstrum by it."),
    .flag(
      "raw-energy", \.energy.isRaw, group: .energy,
      help: "Energy from before pre-emphasis and window; without, from after."),
    .real(
      "energy-floor", \.energy.floor, 0...1e30, group: .energy,
      help: "Least energy, before its logarithm; 0 is none."),
    .flag(
      "htk-compat", \.energy.isHTKCompatible, group: .energy,
      help: "Energy, or the first cepstrum, last in the row."),
  ]

  // MARK: Context

  private static let context: [FeatureOption] = [
    .deltas,
    .integer(
      "delta-window", \.deltas.window, 1...100, unit: .frames,
      help: "Frames to each side over which one derivative is taken."),
    .splice, .subsample,
    .integer(
      "subsample-offset", \.subsample.offset, 0...1_000_000_000, unit: .frames,
      help: "The first frame kept."),
  ]

  static let deltas: FeatureOption = .integer(
    "deltas", \.deltas.order, 0...20, help: "Orders of time derivative appended to each frame.")

  static let splice = FeatureOption(
    Setting(
      "splice", kind: .context(0...10_000), unit: .frames,
      help: "Frames before and after that are joined to each frame: N, or LEFT:RIGHT."
    ) {
      .context(left: $0.splice.left, right: $0.splice.right)
    } write: { configuration, value in
      guard case .context(let left, let right) = value else { return }
      configuration.splice = SpliceOptions(left: left, right: right)
    }, group: .audio)

  static let subsample: FeatureOption = .integer(
    "subsample", \.subsample.factor, -10_000...10_000,
    help: "Keep every N-th frame; -N repeats each N times.")

  // MARK: Normalization

  private static let normalization: [FeatureOption] = [
    .choice("cmvn", \.cmvn, help: "Scope over which features are normalized."),
    .flag(
      "cmvn-norm-vars", \.cmvnNormalizesVariance, help: "Normalize the variance too, not the mean alone."),
    .integer(
      "cmn-window", \.sliding.window, 1...1_000_000, unit: .frames, help: "Window of sliding normalization."),
    .integer(
      "min-cmn-window", \.sliding.minimumWindow, 1...1_000_000, unit: .frames,
      help: "Least window at the start, if not centered."),
    .flag("cmn-center", \.sliding.isCentered, help: "Center the window; without, it ends at the frame."),
  ]
}

// MARK: Options from key paths

extension FeatureOption {
  typealias Path<Value> = WritableKeyPath<FeatureConfiguration, Value> & Sendable

  static func flag(
    _ name: String, _ path: any Path<Bool>, group: SharedOptionGroup = .audio, help: String
  ) -> FeatureOption {
    FeatureOption(.flag(name, path, help: help), group: group)
  }

  static func integer(
    _ name: String, shortForms: [String] = [], _ path: any Path<Int>, _ range: ClosedRange<Int>,
    unit: SettingUnit? = nil, group: SharedOptionGroup = .audio, help: String
  ) -> FeatureOption {
    FeatureOption(
      .integer(name, path, range, unit: unit, help: help).with { $0.shortForms = shortForms }, group: group)
  }

  static func real(
    _ name: String, _ path: any Path<Double>, _ range: ClosedRange<Double>, unit: SettingUnit? = nil,
    group: SharedOptionGroup = .audio, help: String
  ) -> FeatureOption {
    FeatureOption(.real(name, path, range, unit: unit, help: help), group: group)
  }

  static func choice<Choice: CaseIterable & RawRepresentable<String> & SendableMetatype>(
    _ name: String, _ path: any Path<Choice>, group: SharedOptionGroup = .audio, help: String
  ) -> FeatureOption {
    FeatureOption(.choice(name, path, help: help), group: group)
  }
}
