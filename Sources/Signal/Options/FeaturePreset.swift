/// A named set of options, for those who want exactly what another toolkit computes.
package enum FeaturePreset: String, Codable, CaseIterable, Hashable, Sendable {
  /// Kaldi's own defaults: dither 1 and 23 bins; cepstra with the energy for C0.
  case kaldi
  /// Kaldi's TIMIT recipe: 23 bins, for filter banks a Hamming window and HTK's order, for cepstra C0.
  case kaldiTIMIT = "kaldi-timit"

  /// Reads a preset's name.
  ///
  /// - Throws: `SignalError.unknownPreset`.
  package init(name: String) throws(SignalError) {
    guard let preset = FeaturePreset(rawValue: name) else {
      throw .unknownPreset(name: name, known: FeaturePreset.allCases.map(\.rawValue))
    }
    self = preset
  }

  /// The filter bank of the preset.
  package var filterBank: FilterBankOptions {
    var options = FilterBankOptions()
    options.frame.dither = 1
    options.mel.bins = 23
    if self == .kaldiTIMIT {
      options.frame.window = .hamming
      options.energy.isHTKCompatible = true
    }
    return options
  }

  /// The cepstra of the preset.
  package var mfcc: MFCCOptions {
    var options = MFCCOptions()
    options.frame.dither = 1
    options.mel.bins = 23
    options.energy.isUsed = self == .kaldi
    return options
  }
}
