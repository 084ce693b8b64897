/// The paired permutation test: under the null hypothesis, signs of samples are fair coins.
///
/// The statistic is |Σ d|. Up to `exactLimit` samples, all 2ⁿ sign patterns are tried and p = #{|Σ ±d| ≥ |Σ
/// d|} / 2ⁿ; beyond, B patterns are drawn and p = (1 + #) / (1 + B), which is never 0 and keeps its level.
///
/// Source: Fisher, "The design of experiments" (1935); Phipson and Smyth, "Permutation p-values should
/// never be zero" (2010).
package struct SignFlipTest: Sendable, Equatable, Encodable {
  /// The two-sided p.
  package var pValue: Double

  /// Whether all sign patterns were tried.
  package var isExact: Bool

  /// The number of sign patterns, 2ⁿ or B.
  package var patternCount: Int

  /// Tests differences, `[samples]`.
  ///
  /// Sums within 10⁻¹⁰ · Σ|d| of the statistic count as equal to it: samples are rates, whose ties must not
  /// depend on rounding.
  ///
  /// - Throws: ``ScoringError/sampleNotFinite(index:)``,
  ///   ``ScoringError/optionOutOfRange(option:found:allowed:)``.
  package init(
    differences: [Double], seed: UInt64, draws: Int = 100_000, exactLimit: Int = 20
  ) throws(ScoringError) {
    try ComparisonOption.signFlipDraws.check(draws, in: 1...10_000_000)
    try ComparisonOption.exactSignFlipSpeakers.check(exactLimit, in: 0...24)
    // Division by the largest keeps every sum finite.
    let largest = differences.reduce(0) { max($0, $1.magnitude) }
    if let index = differences.firstIndex(where: { !$0.isFinite }) { throw .sampleNotFinite(index: index) }
    let samples = largest > 0 ? differences.map { $0 / largest } : differences
    let tolerance = 1e-10 * samples.reduce(0) { $0 + $1.magnitude }
    let threshold = samples.reduce(0, +).magnitude - tolerance
    if samples.count <= exactLimit {
      isExact = true
      patternCount = 1 << samples.count
      // A pattern and its opposite have the same |Σ|, so the first sign is fixed.
      let half = Self.countReaching(threshold, samples, after: 1, from: samples.first ?? 0)
      pValue = samples.isEmpty ? 1 : Double(half) / Double(patternCount / 2)
    } else {
      isExact = false
      patternCount = draws
      let reaching = (0..<draws).count { draw in
        Self.flippedSum(samples, seed: seed, draw: UInt64(draw)).magnitude >= threshold
      }
      pValue = Double(1 + reaching) / Double(1 + draws)
    }
  }

  // The number of sign patterns from `index` on that reach the threshold; every sum has the same order.
  private static func countReaching(
    _ threshold: Double, _ samples: [Double], after index: Int, from sum: Double
  ) -> Int {
    guard index < samples.count else { return sum.magnitude >= threshold ? 1 : 0 }
    return countReaching(threshold, samples, after: index + 1, from: sum + samples[index])
      + countReaching(threshold, samples, after: index + 1, from: sum - samples[index])
  }

  private static func flippedSum(_ samples: [Double], seed: UInt64, draw: UInt64) -> Double {
    var generator = CounterGenerator(seed: seed, purpose: .signs, draw: draw)
    var (sum, bits) = (0.0, UInt64(0))
    for (index, sample) in samples.enumerated() {
      if index % 64 == 0 { bits = generator.next() }
      sum += bits & 1 == 0 ? sample : -sample
      bits >>= 1
    }
    return sum
  }
}
