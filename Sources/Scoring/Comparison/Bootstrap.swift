/// A percentile interval.
package struct Interval: Sendable, Equatable, Codable {
  package var lower, upper: Double

  package init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }
}

/// The bootstrap of a paired difference over independent voices and, independently of them, over seeds.
///
/// Draw b takes V voices and S seeds with replacement, the same for both contenders, and has
///
///     mean     Δ_b = Σ_s Σ_v d[s, v] / (S V)                    d: differences of error rates
///     pooled   ΔW_b = Σ e_row / Σ n_row − Σ e_base / Σ n_base    over the drawn voices and seeds
///
/// An interval is from the k-th smallest to the k-th largest of the B values, k = ⌊(B+1)α/2⌋. The probability
/// of improvement is the fraction of draws with ΔW_b < 0, ties counting half. All utterances of a voice are
/// drawn together, since they are not independent.
///
/// Source: Bisani and Ney, "Bootstrap estimates for confidence intervals in ASR performance evaluation"
/// (2004); Liu and Peng, "Statistical testing on ASR performance via blockwise bootstrap" (2020), for blocks.
package struct Bootstrap: Sendable, Equatable, Encodable {
  package var draws: Int

  /// The interval of the mean difference of voices, the primary estimate.
  package var meanInterval: Interval

  /// The interval of the difference of pooled rates.
  package var pooledInterval: Interval

  /// The probability that the contender's pooled rate is lower than the baseline's.
  package var probabilityOfImprovement: Double

  /// Resamples voices and seeds or, with `seedIndex`, the voices under that seed alone.
  ///
  /// The draws depend only on the options' seed and the numbers of voices and seeds, so all comparisons of a
  /// family have the same resamples. Time grows with draws × voices × seeds.
  ///
  /// - Throws: ``ScoringError/optionOutOfRange(option:found:allowed:)``.
  package init(
    _ pair: PairedContenders, seedIndex: Int? = nil, options: SignificanceOptions = SignificanceOptions()
  ) throws(ScoringError) {
    try options.check()
    let seeds = seedIndex.map { [$0] } ?? Array(pair.differences.indices)
    var means: [Double] = []
    var pooled: [Double] = []
    means.reserveCapacity(options.bootstrapDraws)
    pooled.reserveCapacity(options.bootstrapDraws)
    var improved = 0.0
    for draw in 0..<options.bootstrapDraws {
      let values = Self.resample(pair, seeds: seeds, seed: options.seed, draw: UInt64(draw))
      means.append(values.mean)
      pooled.append(values.rowRate - values.baselineRate)
      // Equal fractions round to equal quotients, so ties are exact.
      improved += values.rowRate < values.baselineRate ? 1 : values.rowRate == values.baselineRate ? 0.5 : 0
    }
    draws = options.bootstrapDraws
    meanInterval = Self.percentileInterval(&means, confidence: options.confidenceLevel)
    pooledInterval = Self.percentileInterval(&pooled, confidence: options.confidenceLevel)
    probabilityOfImprovement = improved / Double(options.bootstrapDraws)
  }

  private static func resample(
    _ pair: PairedContenders, seeds: [Int], seed: UInt64, draw: UInt64
  ) -> (mean: Double, rowRate: Double, baselineRate: Double) {
    let voiceCount = pair.voices.count
    var voiceDraws = CounterGenerator(seed: seed, purpose: .speakers, draw: draw)
    var seedDraws = CounterGenerator(seed: seed, purpose: .seeds, draw: draw)
    var multiplicity = [Int](repeating: 0, count: voiceCount)
    for _ in 0..<voiceCount { multiplicity[voiceDraws.index(below: voiceCount)] += 1 }
    var sum = 0.0
    var (contender, baseline) = (ErrorCount(errors: 0, total: 0), ErrorCount(errors: 0, total: 0))
    for _ in seeds {
      let drawn = seeds[seedDraws.index(below: seeds.count)]
      for voice in 0..<voiceCount where multiplicity[voice] > 0 {
        sum += Double(multiplicity[voice]) * pair.differences[drawn][voice]
        contender.errors += multiplicity[voice] * pair.contenderCounts[drawn][voice].errors
        contender.total += multiplicity[voice] * pair.contenderCounts[drawn][voice].total
        baseline.errors += multiplicity[voice] * pair.baselineCounts[drawn][voice].errors
        baseline.total += multiplicity[voice] * pair.baselineCounts[drawn][voice].total
      }
    }
    return (sum / Double(seeds.count * voiceCount), contender.rate, baseline.rate)
  }

  private static func percentileInterval(_ values: inout [Double], confidence: Double) -> Interval {
    values.sort()
    // 1 − 0.95 is not exactly 0.05: the offset keeps B = 9999 at its 250th value.
    let tail = Int(Double(values.count + 1) * (1 - confidence) / 2 + 1e-6)
    let rank = min(max(tail, 1), values.count)
    return Interval(
      lower: values[min(rank, values.count + 1 - rank) - 1],
      upper: values[max(rank, values.count + 1 - rank) - 1])
  }
}
