/// The frequency scale on which mel bins are equally spaced.
package enum MelScale: String, Codable, CaseIterable, Hashable, Sendable {
  /// m(f) = 1127 ln(1 + f/700), triangles linear in mel: the scale of HTK and Kaldi.
  case htk
  /// m(f) = 3 f/200 up to 1 kHz, 15 + 27 ln(f/1000) / ln 6.4 above, triangles linear in Hz: the scale of
  /// Slaney's Auditory Toolbox and librosa's default.
  case slaney
}

/// The scaling of triangles.
package enum MelNormalization: String, Codable, CaseIterable, Hashable, Sendable {
  /// Peak 1, as in Kaldi.
  case none
  /// Peak 2 / (right − left), in Hz, as in Slaney's toolbox and librosa.
  case area
}

/// The options of mel bins.
///
/// Source: Kaldi, `MelBanksOptions`.
package struct MelOptions: Codable, Equatable, Hashable, Sendable {
  /// The number of triangles, at least 3.
  package var bins: Int = 40
  /// The left foot of the first triangle.
  package var lowFrequencyHertz: Double = 20
  /// The right foot of the last triangle; zero is the Nyquist frequency, a negative number counts down from
  /// it.
  package var highFrequencyHertz: Double = 0
  /// The frequency scale.
  package var scale: MelScale = .htk
  /// The height of the triangles.
  package var normalization: MelNormalization = .none
  /// The vocal tract length warp; 1 is none.
  package var vtlnWarp: Double = 1
  /// The lower knee of the warp.
  package var vtlnLowHertz: Double = 100
  /// The upper knee of the warp; a negative number counts down from the Nyquist frequency.
  package var vtlnHighHertz: Double = -500
  /// Floors bin energies at 1 and omits the first weight of the first bin, as HTK does (Kaldi's hidden
  /// `htk_mode`).
  package var htkMode: Bool = false

  /// Forty bins from 20 Hz to the Nyquist frequency.
  package init() {}

  /// The right foot of the last triangle, zero and negative numbers resolved.
  package func resolvedHighFrequencyHertz(nyquistHertz: Double) -> Double {
    highFrequencyHertz > 0 ? highFrequencyHertz : nyquistHertz + highFrequencyHertz
  }

  /// The upper knee of the warp, negative numbers resolved.
  package func resolvedVTLNHighHertz(nyquistHertz: Double) -> Double {
    vtlnHighHertz < 0 ? nyquistHertz + vtlnHighHertz : vtlnHighHertz
  }

  /// Checks all conditions that do not need the transform; empty bins are found when the weights are made.
  ///
  /// - Throws: ``SignalError``.
  package func validate(nyquistHertz: Double) throws(SignalError) {
    guard bins >= 3 else { throw .tooFewMelBins(bins: bins, minimum: 3) }
    let high = resolvedHighFrequencyHertz(nyquistHertz: nyquistHertz)
    guard lowFrequencyHertz >= 0, lowFrequencyHertz < nyquistHertz, high > 0, high <= nyquistHertz,
      lowFrequencyHertz < high
    else {
      throw .frequencyRange(lowHertz: lowFrequencyHertz, highHertz: high, nyquistHertz: nyquistHertz)
    }
    try check("vtlnWarp", vtlnWarp, 0.1...10)
    guard vtlnWarp != 1 else { return }
    let vtlnHigh = resolvedVTLNHighHertz(nyquistHertz: nyquistHertz)
    guard vtlnLowHertz > lowFrequencyHertz, vtlnHigh < high, vtlnLowHertz < vtlnHigh,
      vtlnLowHertz * max(1, vtlnWarp) < vtlnHigh * min(1, vtlnWarp)
    else {
      throw .warpRange(
        lowHertz: lowFrequencyHertz, highHertz: high, vtlnLowHertz: vtlnLowHertz, vtlnHighHertz: vtlnHigh)
    }
  }
}
