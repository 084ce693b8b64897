import Foundations
import Signal

extension FeatureOption {
  /// Every feature option, in the order of the help.
  package static let all: [FeatureOption] = framing + bins + columns + learnable + context + normalization

  /// And those of features that another tool made, which only their row says.
  package static let known: [FeatureOption] = all + given

  // MARK: Framing and window

  private static let framing: [FeatureOption] = [
    .integer(
      "sample-rate", \.frame.sampleRateHertz, 1...10_000_000, unit: .hertz, rows: .framed,
      help: "Rate of the audio; audio of another rate is rejected, never resampled."),
    .real(
      "frame-length", \.frame.frameLengthMilliseconds, 0...1_000_000, unit: .milliseconds,
      rows: .framed,
      help: "Length of a frame."),
    .real(
      "frame-shift", \.frame.frameShiftMilliseconds, 0...1_000_000, unit: .milliseconds,
      rows: .framed,
      help: "Distance from the start of one frame to that of the next."),
    FeatureOption(window, rows: .windowed),
    .real(
      "blackman-coeff", \.blackmanCoefficient, 0...1, rows: .windowed,
      help: "Coefficient of the window blackman."),
    .real(
      "preemphasis", \.frame.preemphasis, 0...1, rows: .prepared,
      help: "How much of its predecessor is subtracted from each sample of a frame; 0 is none."),
    .real(
      "dither", \.frame.dither, 0...32_768,
      help: "Standard deviation of the noise added to each sample, in 16-bit steps; 0 is none."),
    FeatureOption(
      .seed(
        "seed", \.frame.seed,
        help: "Seed of the dither, and of random first values and indices in rows that learn."),
      rows: .framed),
    .flag(
      "snip-edges", \.frame.snipsEdges, rows: .framed,
      help: "Only frames that lie inside the audio; without, the audio is reflected at its ends."),
    .flag("remove-dc", \.frame.removesDCOffset, rows: .prepared, help: "Subtract a frame's mean."),
    .flag(
      "round-to-power-of-two", \.frame.roundsToPowerOfTwo, rows: [.mel, .mfcc, .fft, .melPooled],
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
      "mel-bins", shortForms: ["bins"], \.mel.bins, 3...65_536, rows: .mel, help: "Number of mel bins."),
    .real(
      "low-frequency", \.mel.lowFrequencyHertz, 0...10_000_000, unit: .hertz, rows: .mel,
      help: "Lower end of the first bin."),
    .real(
      "high-frequency", \.mel.highFrequencyHertz, -10_000_000...10_000_000, unit: .hertz, rows: .mel,
      help: "Upper end of the last bin; 0 is the Nyquist frequency, negative counts down from it."),
    .choice("mel-scale", \.mel.scale, rows: .mel, help: "Scale on which the bins are equally wide."),
    .choice(
      "mel-norm", \.mel.normalization, rows: .mel,
      help: "What a bin is scaled to: a peak of one, or an area of one."),
    .flag("htk-mode", \.mel.htkMode, rows: .kaldi, help: "HTK's floor of one and its first bin."),
    .real(
      "vtln-warp", \.mel.vtlnWarp, 0.1...10, rows: .mel, help: "Vocal tract length warp; 1 is none."),
    .real(
      "vtln-low", \.mel.vtlnLowHertz, 0...10_000_000, unit: .hertz, rows: .mel,
      help: "Lower knee of the warp."),
    .real(
      "vtln-high", \.mel.vtlnHighHertz, -10_000_000...10_000_000, unit: .hertz, rows: .mel,
      help: "Upper knee of the warp; negative counts down from the Nyquist frequency."),
  ]

  // MARK: Columns of a row

  private static let columns: [FeatureOption] = [
    .flag(
      "use-log", \.usesLog, rows: [.mel, .fft],
      help: "Natural logarithm of bins or spectrum; without, linear."),
    .flag("use-power", \.usesPower, rows: [.mel, .fft], help: "Power of the spectrum; without, magnitude."),
    .flag(
      "use-energy", \.energy.isUsed, rows: .kaldi,
      help: "Add the frame's log energy, or put it in the place of the first cepstrum."),
    .flag(
      "raw-energy", \.energy.isRaw, rows: .kaldi,
      help: "Energy from before pre-emphasis and window; without, from after."),
    .real(
      "energy-floor", \.energy.floor, 0...1e30, rows: .kaldi,
      help: "Least energy, before its logarithm; 0 is none."),
    .flag(
      "htk-compat", \.energy.isHTKCompatible, rows: .kaldi,
      help: "Energy, or the first cepstrum, last in the row."),
    .integer("cepstra", \.cepstra, 1...65_536, rows: [.mfcc], help: "Number of cepstra, the first included."),
    .real(
      "cepstral-lifter", \.cepstralLifter, 0...1_000_000, rows: [.mfcc],
      help: "Constant that scales the higher cepstra; 0 is none."),
  ]

  private static let splice = Setting<FeatureConfiguration>(
    "splice", kind: .context(0...10_000), unit: .frames,
    help: "Frames before and after that are joined to each row: N, or LEFT:RIGHT."
  ) {
    .context(left: $0.splice.left, right: $0.splice.right)
  } write: { configuration, value in
    guard case .context(let left, let right) = value else { return }
    configuration.splice = SpliceOptions(left: left, right: right)
  }

  // MARK: Context

  private static let context: [FeatureOption] = [
    .integer("deltas", \.deltas.order, 0...20, help: "Orders of time derivative appended to each row."),
    .integer(
      "delta-window", \.deltas.window, 1...100, unit: .frames,
      help: "Frames to each side over which one derivative is taken."),
    FeatureOption(splice, rows: RowName.allCases),
    .integer(
      "subsample", \.subsample.factor, -10_000...10_000,
      help: "Keep every N-th frame; -N repeats each N times."),
    .integer(
      "subsample-offset", \.subsample.offset, 0...1_000_000_000, unit: .frames, help: "The first frame kept."),
  ]

  // MARK: Normalisation

  private static let normalization: [FeatureOption] = [
    .choice("cmvn", \.cmvn, help: "What features are normalised over."),
    .flag(
      "cmvn-norm-vars", \.cmvnNormalizesVariance, help: "Normalise the variance too, not the mean alone."),
    .integer(
      "cmn-window", \.sliding.window, 1...1_000_000, unit: .frames, help: "Window of sliding normalisation."),
    .integer(
      "min-cmn-window", \.sliding.minimumWindow, 1...1_000_000, unit: .frames,
      help: "Least window at the start, if not centred."),
    .flag("cmn-center", \.sliding.isCentered, help: "Centre the window; without, it lies before the frame."),
  ]
}

// MARK: Making an option from a key path

extension FeatureOption {
  /// What is said of features that another tool made.
  private static let given: [FeatureOption] = [
    .integer("channels", \.given.channels, 1...65_536, rows: [.given], help: "Floats in a row."),
    .integer(
      "label-shift", \.given.labelShift, -1_000_000...1_000_000, unit: .frames, rows: [.given],
      help: "Frames by which a row comes later than the frame that it stands for."),
  ]
}

extension [RowName] {
  /// The rows whose frames have a length and a shift: all.
  fileprivate static var framed: [RowName] { RowName.allCases + [.given] }

  /// The rows with mel bins.
  fileprivate static var mel: [RowName] { [.mel, .mfcc] + RowName.pooled }

  /// The rows whose mel bins are Kaldi's own, with all that it does beside.
  fileprivate static var kaldi: [RowName] { [.mel, .mfcc] }

  /// The rows that take a window, or begin with one.
  fileprivate static var windowed: [RowName] { RowName.allCases.filter { $0 != .circulant } }

  /// The rows that prepare a frame as Kaldi does.
  fileprivate static var prepared: [RowName] { [.mel, .mfcc, .fft] + RowName.pooled }
}

extension FeatureOption {
  typealias Path<Value> = WritableKeyPath<FeatureConfiguration, Value> & Sendable

  static func flag(
    _ name: String, _ path: any Path<Bool>, rows: [RowName] = RowName.allCases, help: String
  ) -> FeatureOption {
    FeatureOption(.flag(name, path, help: help), rows: rows)
  }

  static func integer(
    _ name: String, shortForms: [String] = [], _ path: any Path<Int>, _ range: ClosedRange<Int>,
    unit: SettingUnit? = nil, rows: [RowName] = RowName.allCases, help: String
  ) -> FeatureOption {
    FeatureOption(
      .integer(name, path, range, unit: unit, help: help).with { $0.shortForms = shortForms }, rows: rows)
  }

  static func real(
    _ name: String, _ path: any Path<Double>, _ range: ClosedRange<Double>, unit: SettingUnit? = nil,
    rows: [RowName] = RowName.allCases, help: String
  ) -> FeatureOption {
    FeatureOption(.real(name, path, range, unit: unit, help: help), rows: rows)
  }

  static func choice<Choice: CaseIterable & RawRepresentable<String> & SendableMetatype>(
    _ name: String, _ path: any Path<Choice>, rows: [RowName] = RowName.allCases, help: String
  ) -> FeatureOption {
    FeatureOption(.choice(name, path, help: help), rows: rows)
  }
}
