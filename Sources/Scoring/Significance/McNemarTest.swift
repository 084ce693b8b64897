/// McNemar's test of two systems on the same items, each correct or wrong.
///
/// With n₁₀ items that only the first has wrong and n₀₁ that only the second has wrong,
/// p = min(1, 2 P(X ≤ min(n₁₀, n₀₁))), X binomial(n₁₀ + n₀₁, ½). sc_stats computes the same up to 20
/// discordant sentences, and a normal approximation beyond.
///
/// Source: McNemar, "Note on the sampling error of the difference between correlated proportions" (1947);
/// NIST SCTK, sc_stats.
package struct McNemarTest: Sendable, Equatable, Encodable {
  package var bothRight, firstOnlyWrong, secondOnlyWrong, bothWrong: Int

  package var pValue: Double { FairCoin.twoSidedP(firstOnlyWrong, secondOnlyWrong) }

  package init(bothRight: Int, firstOnlyWrong: Int, secondOnlyWrong: Int, bothWrong: Int) {
    precondition(
      bothRight >= 0 && firstOnlyWrong >= 0 && secondOnlyWrong >= 0 && bothWrong >= 0, "counts")
    self.bothRight = bothRight
    self.firstOnlyWrong = firstOnlyWrong
    self.secondOnlyWrong = secondOnlyWrong
    self.bothWrong = bothWrong
  }

  /// Counts items from pairs (first wrong, second wrong).
  package init(wrong pairs: some Sequence<(first: Bool, second: Bool)>) {
    self.init(bothRight: 0, firstOnlyWrong: 0, secondOnlyWrong: 0, bothWrong: 0)
    for pair in pairs {
      switch pair {
      case (false, false): bothRight += 1
      case (true, false): firstOnlyWrong += 1
      case (false, true): secondOnlyWrong += 1
      case (true, true): bothWrong += 1
      }
    }
  }
}
