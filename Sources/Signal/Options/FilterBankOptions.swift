/// Log mel filter bank energies.
///
/// Source: Kaldi, `FbankOptions`.
package struct FilterBankOptions: Codable, Equatable, Hashable, Sendable {
  /// Framing.
  package var frame = FrameOptions()
  /// Mel bins.
  package var mel = MelOptions()
  /// The energy of a frame and its place.
  package var energy = EnergyOptions()
  /// Natural logarithm of the bins, floored at 2⁻²³ (1.1920929e-7) before it.
  package var usesLog: Bool = true
  /// Power |X|²; otherwise magnitude |X|.
  package var usesPower: Bool = true

  /// Forty log mel bins of 25 ms frames every 10 ms.
  package init() {}

  /// Columns of a row: the bins, and one if the energy is wanted.
  package var channels: Int { mel.bins + (energy.isUsed ? 1 : 0) }

  /// Checks every field; a plan does so too.
  package func validate() throws(SignalError) {
    try frame.validate()
    try mel.validate(nyquistHertz: frame.nyquistHertz)
    try energy.validate()
  }
}

/// The log energy of a frame, ln(max(Σ x², 2⁻²³)), and where it stands in a row.
package struct EnergyOptions: Codable, Equatable, Hashable, Sendable {
  /// Adds the log energy to filter bank rows, or puts it in the place of C0 in cepstral ones.
  package var isUsed: Bool = false
  /// Taken before pre-emphasis and window; otherwise after both.
  package var isRaw: Bool = true
  /// The log energy is at least ln(floor); 0 is no floor.
  package var floor: Double = 0
  /// Energy (or C0, then times √2) last in the row instead of first, as HTK has it.
  package var isHTKCompatible: Bool = false

  /// No energy.
  package init() {}

  /// Checks the floor.
  package func validate() throws(SignalError) { try check("energyFloor", floor, 0...1e30) }
}
