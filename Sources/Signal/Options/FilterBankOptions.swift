/// The options of log mel filter bank energies.
///
/// Source: Kaldi, `FbankOptions`.
package struct FilterBankOptions: Codable, Equatable, Hashable, Sendable {
  /// Framing.
  package var frame = FrameOptions()
  /// Mel bins.
  package var mel = MelOptions()
  /// The energy of a frame.
  package var energy = EnergyOptions()
  /// Takes the natural logarithm of the bins, after a floor of 2⁻²³ (1.1920929e-7).
  package var usesLog: Bool = true
  /// Uses the power |X|² rather than the magnitude |X|.
  package var usesPower: Bool = true

  /// Forty log mel bins, for 25 ms frames every 10 ms.
  package init() {}

  /// The number of values per frame: the bins and, if used, the energy.
  package var channels: Int { mel.bins + (energy.isUsed ? 1 : 0) }

  /// Checks every field, as plans do, too.
  ///
  /// - Throws: ``SignalError``.
  package func validate() throws(SignalError) {
    try frame.validate()
    try mel.validate(nyquistHertz: frame.nyquistHertz)
    try energy.validate()
  }
}

/// The options of a frame's log energy, ln(max(Σ x², 2⁻²³)).
package struct EnergyOptions: Codable, Equatable, Hashable, Sendable {
  /// Adds the log energy to filter bank rows, or replaces C0 by it in cepstral rows.
  package var isUsed: Bool = false
  /// Takes the energy before pre-emphasis and window rather than after both.
  package var isRaw: Bool = true
  /// The minimum energy; 0 is none.
  package var floor: Double = 0
  /// Puts the energy (or C0, times √2) last in the row rather than first, as HTK does.
  package var isHTKCompatible: Bool = false

  /// No energy.
  package init() {}

  /// Checks the floor.
  ///
  /// - Throws: ``SignalError/optionOutOfRange(option:value:allowed:)``.
  package func validate() throws(SignalError) { try check("energyFloor", floor, 0...1e30) }
}
