internal import Glibc

/// The binomial distribution with p = 1/2, behind the sign test and McNemar's test.
package enum FairCoin {
  /// P(X ≤ successes) of `trials` fair tosses, without a normal approximation.
  ///
  /// The largest term C(n, k) / 2ⁿ is a product with a separate exponent, so that nothing over- or
  /// underflows; the others follow by ratios. The relative error is about `trials` · 10⁻¹⁶.
  package static func cumulative(successes: Int, trials: Int) -> Double {
    precondition(trials >= 0, "a negative number of tosses")
    if successes < 0 { return 0 }
    if successes >= trials { return 1 }
    // By symmetry, the shorter tail.
    if successes > (trials - 1) / 2 {
      return 1 - cumulative(successes: trials - successes - 1, trials: trials)
    }
    var (term, exponent) = (1.0, -trials)
    for i in 0..<successes {
      term *= Double(trials - i) / Double(i + 1)
      if term > 0x1p500 {
        term *= 0x1p-500
        exponent += 500
      }
    }
    var (sum, ratio) = (0.0, 1.0)
    var k = successes
    while k >= 0, ratio > sum * 1e-18 {
      sum += ratio
      ratio *= Double(k) / Double(trials - k + 1)
      k -= 1
    }
    return scalbn(term * sum, Int32(clamping: exponent))
  }

  /// The two-sided p of two counts of fair tosses: min(1, 2 P(X ≤ the smaller count)).
  package static func twoSidedP(_ one: Int, _ other: Int) -> Double {
    min(1, 2 * cumulative(successes: min(one, other), trials: one + other))
  }
}
