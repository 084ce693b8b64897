/// The options of mel frequency cepstral coefficients.
///
/// c_k = l_k · Σ_n D_kn · ln E_n with the orthonormal DCT-II, D_0n = √(1/B) and D_kn = √(2/B) cos(π/B · (n +
/// ½) k), and the lifter l_k = 1 + ½ Q sin(π k / Q).
///
/// Source: Kaldi, `MfccOptions`.
package struct MFCCOptions: Codable, Equatable, Hashable, Sendable {
  /// Framing.
  package var frame = FrameOptions()
  /// Mel bins.
  package var mel = MelOptions()
  /// The energy of a frame; if used, it replaces C0.
  package var energy = EnergyOptions()
  /// The number of coefficients including C0, at most that of mel bins.
  package var cepstra: Int = 13
  /// The lifter parameter Q; 0 is none.
  package var lifter: Double = 22

  /// Thirteen cepstra, C0 first.
  package init() {}

  /// The number of values per frame.
  package var channels: Int { cepstra }

  /// Checks every field, as plans do, too.
  ///
  /// - Throws: ``SignalError``.
  package func validate() throws(SignalError) {
    try frame.validate()
    try mel.validate(nyquistHertz: frame.nyquistHertz)
    try energy.validate()
    try check("cepstra", Double(cepstra), 1...1_000_000)
    guard cepstra <= mel.bins else { throw .tooManyCepstra(cepstra: cepstra, bins: mel.bins) }
    try check("lifter", lifter, 0...1_000_000)
  }
}
