/// The sign test of paired samples.
///
/// p is exactly binomial; sc_stats uses a normal approximation beyond 20 pairs.
///
/// Source: Dixon and Mood, "The statistical sign test" (1946); NIST SCTK, sc_stats, for sharing zeros.
package struct SignTest: Sendable, Equatable, Encodable {
  package var positive, negative, zero: Int

  /// The two-sided p without zeros.
  package var pValue: Double { FairCoin.twoSidedP(positive, negative) }

  /// The two-sided p with zeros split evenly, as in sc_stats, which is the more conservative.
  ///
  /// An odd zero goes to the smaller count (in sc_stats, to the side of the smaller total).
  package var pValueSharingZeros: Double {
    let (less, more) = (min(positive, negative), max(positive, negative))
    return FairCoin.twoSidedP(less + (zero + 1) / 2, more + zero / 2)
  }

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
