/// A named set of options that reproduces another toolkit.
package enum FeaturePreset: String, Codable, CaseIterable, Hashable, Sendable {
  /// Kaldi's defaults: dither 1 and 23 bins; cepstra with the energy in place of C0.
  case kaldi
  /// Kaldi's TIMIT recipe: 23 bins; filter banks with a Hamming window and HTK's order, cepstra with C0.
  case kaldiTIMIT = "kaldi-timit"

  /// The preset of a name.
  ///
  /// - Throws: ``SignalError/unknownPreset(name:known:)``.
  package init(name: String) throws(SignalError) {
    guard let preset = FeaturePreset(rawValue: name) else {
      throw .unknownPreset(name: name, known: FeaturePreset.allCases.map(\.rawValue))
    }
    self = preset
  }

  /// The filter bank options of the preset.
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

  /// The MFCC options of the preset.
  package var mfcc: MFCCOptions {
    var options = MFCCOptions()
    options.frame.dither = 1
    options.mel.bins = 23
    options.energy.isUsed = self == .kaldi
    return options
  }
}
