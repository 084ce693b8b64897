/// The scale on which mel bins are equally wide.
package enum MelScale: String, Codable, CaseIterable, Hashable, Sendable {
  /// m(f) = 1127 ln(1 + f/700); triangles are linear in mel. HTK's and Kaldi's.
  case htk
  /// Linear up to 1 kHz at 200/3 Hz a mel, above it m(f) = 15 + 27 ln(f/1000) / ln 6.4; triangles are linear in Hz.
  /// Slaney's Auditory Toolbox, librosa's default.
  case slaney
}

/// What a triangle is scaled by.
package enum MelNormalisation: String, Codable, CaseIterable, Hashable, Sendable {
  /// Peak one: Kaldi's.
  case none
  /// 2 / (right − left), in Hz: Slaney's and librosa's.
  case area
}

/// How power spectra are summed into mel bins.
///
/// Source: Kaldi, `MelBanksOptions`.
package struct MelOptions: Codable, Equatable, Hashable, Sendable {
  /// Number of triangles, three or more.
  package var bins: Int = 40
  /// Left foot of the first triangle.
  package var lowFrequencyHertz: Double = 20
  /// Right foot of the last triangle; zero is the Nyquist frequency and a negative number counts down from it.
  package var highFrequencyHertz: Double = 0
  /// The scale.
  package var scale: MelScale = .htk
  /// The height of the triangles.
  package var normalisation: MelNormalisation = .none
  /// Vocal tract length warp; 1 is none.
  package var vtlnWarp: Double = 1
  /// Lower knee of the warp.
  package var vtlnLowHertz: Double = 100
  /// Upper knee of the warp; a negative number counts down from the Nyquist frequency.
  package var vtlnHighHertz: Double = -500
  /// Floors bin energies at 1 and drops the first weight of the first bin, as HTK does (Kaldi's hidden `htk_mode`).
  package var htkMode: Bool = false

  /// Forty bins from 20 Hz to the Nyquist frequency.
  package init() {}

  /// The right foot of the last triangle once zero and negative numbers are resolved.
  package func resolvedHighFrequencyHertz(nyquistHertz: Double) -> Double {
    highFrequencyHertz > 0 ? highFrequencyHertz : nyquistHertz + highFrequencyHertz
  }

  /// The upper knee of the warp once negative numbers are resolved.
  package func resolvedVTLNHighHertz(nyquistHertz: Double) -> Double {
    vtlnHighHertz < 0 ? nyquistHertz + vtlnHighHertz : vtlnHighHertz
  }

  /// Checks every field that does not need the transform; an empty bin is found when the weights are made.
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
