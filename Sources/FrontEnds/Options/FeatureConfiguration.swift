package import Signal

/// Every feature option and its value: what a front end is made from, together with the name of its row.
///
/// Its JSON has the options' names, sorted, for keys. ``FeatureOption/all`` is the table of the options.
package struct FeatureConfiguration: Sendable, Equatable {
  package var frame = FrameOptions()

  /// The coefficient of the window where that is `blackman`; the one in ``frame`` is not looked at.
  package var blackmanCoefficient = WindowFunction.defaultBlackmanCoefficient

  package var mel = MelOptions()
  package var energy = EnergyOptions()

  /// Natural logarithm of bins or spectrum.
  package var usesLog = true

  /// Power rather than magnitude of the spectrum.
  package var usesPower = true

  package var cepstra = MFCCOptions().cepstra
  package var cepstralLifter = MFCCOptions().lifter

  /// What only rows that learn, and their controls, look at.
  package var learnable = LearnableOptions()

  /// What only features that another tool made look at.
  package var given = GivenFeatureOptions()

  package var deltas = DeltaOptions(order: 0)
  package var splice = SpliceOptions(left: 0, right: 0)
  package var subsample = SubsampleOptions()

  package var cmvn = CMVNScope.none

  /// Whether normalisation divides by the standard deviation too, sliding or not.
  package var cmvnNormalizesVariance = false

  /// The window of sliding normalisation; its own `normalizesVariance` is not looked at.
  package var sliding = SlidingCMVNOptions()

  /// Kaldi's defaults, but 40 bins and no dither.
  package init() {}

  /// The same with what a preset says for a row.
  package init(preset: FeaturePreset, row: RowName) {
    let filterBank = row == .mfcc ? nil : preset.filterBank
    let cepstra = preset.mfcc
    frame = filterBank?.frame ?? cepstra.frame
    if case .blackman(let coefficient) = frame.window { blackmanCoefficient = coefficient }
    mel = filterBank?.mel ?? cepstra.mel
    energy = filterBank?.energy ?? cepstra.energy
    if let filterBank {
      usesLog = filterBank.usesLog
      usesPower = filterBank.usesPower
    } else {
      self.cepstra = cepstra.cepstra
      cepstralLifter = cepstra.lifter
    }
  }

  // MARK: What the modules below take

  /// Framing with the window's coefficient in its place.
  package var frameOptions: FrameOptions {
    var options = frame
    if case .blackman = options.window { options.window = .blackman(coefficient: blackmanCoefficient) }
    return options
  }

  /// Options of the row `mel`.
  package var filterBankOptions: FilterBankOptions {
    var options = FilterBankOptions()
    options.frame = frameOptions
    options.mel = mel
    options.energy = energy
    options.usesLog = usesLog
    options.usesPower = usesPower
    return options
  }

  /// Options of the row `mfcc`.
  package var mfccOptions: MFCCOptions {
    var options = MFCCOptions()
    options.frame = frameOptions
    options.mel = mel
    options.energy = energy
    options.cepstra = cepstra
    options.lifter = cepstralLifter
    return options
  }

  /// Sliding normalisation, whatever the scope.
  package var slidingOptions: SlidingCMVNOptions {
    var options = sliding
    options.normalizesVariance = cmvnNormalizesVariance
    return options
  }

  /// The steps after the extraction.
  ///
  /// Of the scopes of ``cmvn`` only sliding is among them: the others know their
  /// statistics after a first pass only.
  package var postprocessingOptions: PostprocessingOptions {
    PostprocessingOptions(
      deltas: deltas, splice: splice, subsample: subsample,
      sliding: cmvn == .sliding ? slidingOptions : nil)
  }

  /// The same without normalisation: what a first pass computes and stores.
  package var withoutNormalization: FeatureConfiguration {
    var configuration = self
    configuration.cmvn = .none
    return configuration
  }
}
