/// Wilcoxon's signed-rank test of paired samples.
///
/// Zeros are dropped and equal magnitudes have their mean rank. Up to ``exactLimit`` samples, p is from the
/// exact distribution of the rank sum over all signs, ties included; beyond, from
///
///     Z = (W⁺ − n(n+1)/4) / √(n(n+1)(2n+1)/24 − Σ(t³ − t)/48)
///
/// with the sizes t of groups of ties. (sc_stats always uses Z, without the correction for ties, and assigns
/// zeros alternately to both sides.)
///
/// Source: Wilcoxon, "Individual comparisons by ranking methods" (1945).
package struct WilcoxonTest: Sendable, Equatable, Encodable {
  /// The maximum number of samples for the exact distribution.
  package static let exactLimit = 100

  /// The number of samples that are not zero.
  package var count: Int

  /// The sums of the ranks of positive and of negative samples.
  package var positiveRankSum, negativeRankSum: Double

  /// The normal statistic; 0 without samples.
  package var z: Double

  /// The two-sided p.
  package var pValue: Double

  /// Tests differences, `[pairs]`.
  ///
  /// Magnitudes that differ by less than 10⁻¹² of the largest are ties: the samples are rates, whose equality
  /// must not depend on rounding.
  package init(differences: [Double]) {
    let samples = differences.filter { $0 != 0 }.sorted { $0.magnitude < $1.magnitude }
    let tolerance = 1e-12 * (samples.last?.magnitude ?? 0)
    count = samples.count
    var doubledRanks: [Int] = []
    var tieCorrection = 0.0
    var start = 0
    while start < samples.count {
      var end = start + 1
      while end < samples.count, samples[end].magnitude - samples[start].magnitude <= tolerance { end += 1 }
      doubledRanks += [Int](repeating: start + 1 + end, count: end - start)
      let tied = Double(end - start)
      tieCorrection += tied * tied * tied - tied
      start = end
    }
    let positive = zip(samples, doubledRanks).reduce(0) { $1.0 > 0 ? $0 + $1.1 : $0 }
    let all = doubledRanks.reduce(0, +)
    positiveRankSum = Double(positive) / 2
    negativeRankSum = Double(all - positive) / 2
    let n = Double(count)
    let variance = n * (n + 1) * (2 * n + 1) / 24 - tieCorrection / 48
    z = variance > 0 ? (positiveRankSum - n * (n + 1) / 4) / variance.squareRoot() : 0
    if count == 0 {
      pValue = 1
    } else if count <= Self.exactLimit {
      pValue = Self.exactP(doubledRanks: doubledRanks, positive: positive, sum: all)
    } else {
      pValue = StandardNormal.twoSidedP(z)
    }
  }

  // The fraction of sign patterns with a rank sum at least as extreme, on both sides.
  private static func exactP(doubledRanks: [Int], positive: Int, sum: Int) -> Double {
    var probability = [Double](repeating: 0, count: sum + 1)
    probability[0] = 1
    var reach = 0
    for rank in doubledRanks {
      reach += rank
      for value in stride(from: reach, through: 0, by: -1) {
        let with = value >= rank ? probability[value - rank] : 0
        probability[value] = 0.5 * (probability[value] + with)
      }
    }
    let extreme = min(positive, sum - positive)
    return min(1, 2 * probability[...extreme].reduce(0, +))
  }
}
