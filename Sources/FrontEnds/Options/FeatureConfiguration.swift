import Foundations
package import Signal

/// Every feature option and its value; with a kind of front end, a ``FrontEndSpec``.
///
/// The keys of its JSON are the options' names, sorted. ``FeatureOption/all`` is the table of the options.
package struct FeatureConfiguration: Sendable, Equatable {
  package var frame = FrameOptions()

  /// The coefficient of the window where that is `blackman`; the one in `frame` is ignored.
  package var blackmanCoefficient = WindowFunction.defaultBlackmanCoefficient

  package var mel = MelOptions()
  package var energy = EnergyOptions()

  /// Natural logarithm of bins or spectrum.
  package var usesLog = true

  /// Power rather than magnitude of the spectrum.
  package var usesPower = true

  /// The values, by name, of options that few kinds use, where they differ from their defaults: see
  /// ``OptionKey``.
  var namedValues: [String: SettingValue] = [:]

  package var deltas = DeltaOptions(order: 0)
  package var splice = SpliceOptions(left: 0, right: 0)
  package var subsample = SubsampleOptions()

  package var cmvn = CMVNScope.none

  /// Whether normalization divides by the standard deviation too, sliding or not.
  package var cmvnNormalizesVariance = false

  /// The window of sliding normalization; its own `normalizesVariance` is ignored.
  package var sliding = SlidingCMVNOptions()

  /// Kaldi's defaults, but 40 bins and no dither.
  package init() {}

  // MARK: Options of the signal modules

  /// Framing with ``blackmanCoefficient`` as the coefficient of its window.
  package var frameOptions: FrameOptions {
    var options = frame
    if case .blackman = options.window { options.window = .blackman(coefficient: blackmanCoefficient) }
    return options
  }

  /// Options of the kind `mel`.
  package var filterBankOptions: FilterBankOptions {
    var options = FilterBankOptions()
    options.frame = frameOptions
    options.mel = mel
    options.energy = energy
    options.usesLog = usesLog
    options.usesPower = usesPower
    return options
  }

  /// Options of the bare energies of the mel bins.
  var melEnergyOptions: FilterBankOptions {
    var options = filterBankOptions
    options.energy = EnergyOptions()
    (options.usesLog, options.usesPower, options.mel.htkMode) = (false, true, false)
    return options
  }

  /// Sliding normalization, whatever the scope.
  package var slidingOptions: SlidingCMVNOptions {
    var options = sliding
    options.normalizesVariance = cmvnNormalizesVariance
    return options
  }

  /// The steps after the extraction.
  ///
  /// Only the sliding scope of ``cmvn`` is one of them: the statistics of the others are known after a
  /// first pass only.
  package var postprocessingOptions: PostprocessingOptions {
    PostprocessingOptions(
      deltas: deltas, splice: splice, subsample: subsample,
      sliding: cmvn == .sliding ? slidingOptions : nil)
  }

  /// This configuration without normalization: the features that a first pass computes and stores.
  package var withoutNormalization: FeatureConfiguration {
    var configuration = self
    configuration.cmvn = .none
    return configuration
  }
}

// MARK: Presets

extension FeatureConfiguration {
  /// The defaults with a preset's filter bank.
  init(filterBank: FilterBankOptions) {
    setFrame(filterBank.frame)
    (mel, energy) = (filterBank.mel, filterBank.energy)
    (usesLog, usesPower) = (filterBank.usesLog, filterBank.usesPower)
  }

  mutating func setFrame(_ frame: FrameOptions) {
    self.frame = frame
    if case .blackman(let coefficient) = frame.window { blackmanCoefficient = coefficient }
  }
}
