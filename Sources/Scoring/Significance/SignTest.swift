/// The sign test of paired samples.
///
/// p is exactly binomial, without zeros; sc_stats uses a normal approximation beyond 20 pairs, and splits
/// zeros evenly.
///
/// Source: Dixon and Mood, "The statistical sign test" (1946).
package struct SignTest: Sendable, Equatable, Encodable {
  package var positive, negative, zero: Int

  /// The two-sided p without zeros.
  package var pValue: Double { FairCoin.twoSidedP(positive, negative) }

  package init(positive: Int, negative: Int, zero: Int) {
    precondition(positive >= 0 && negative >= 0 && zero >= 0, "counts")
    self.positive = positive
    self.negative = negative
    self.zero = zero
  }

  /// Tests differences, `[pairs]`.
  package init(differences: [Double]) {
    self.init(
      positive: differences.count { $0 > 0 }, negative: differences.count { $0 < 0 },
      zero: differences.count { $0 == 0 })
  }
}
