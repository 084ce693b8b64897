/// Which entries of the 2 × 2 matrices of a product the kernels multiply with.
package enum TwiddleEntries: Sendable, CaseIterable {
  /// All four.
  case all
  /// Two of complex matrices that are no factor's last nor merged, the others being one: half of the multiplications.
  case unitDiagonals
  /// The same but for the first factor, which keeps four: a window on the input, almost zero at its ends, is in it.
  case unitDiagonalsAfterFirst
}
