import Foundations
import Scoring
import TestSupport
import Testing

@Suite struct SignificanceTests {
  @Test func `the normal distribution is accurate in the middle and in both tails`() {
    #expect(StandardNormal.cumulative(0) == 0.5)
    #expect(abs(StandardNormal.cumulative(1.959963984540054) - 0.975) < 1e-15)
    #expect(abs(StandardNormal.cumulative(-10) / 7.619853024160527e-24 - 1) < 1e-12)
    #expect(abs(StandardNormal.twoSidedP(-6) / 1.973175290075396e-09 - 1) < 1e-12)
    #expect(StandardNormal.twoSidedP(0) == 1)
    #expect(StandardNormal.twoSidedP(60) == 0)
  }

  @Test func `the binomial is the sum of Pascal's row`() {
    var row: [UInt64] = [1]
    for trials in 0...60 {
      var below: UInt64 = 0
      for successes in 0...trials {
        below += row[successes]
        let exact = Double(below) / Double(UInt64(1) << UInt64(trials))
        let found = FairCoin.cumulative(successes: successes, trials: trials)
        #expect(abs(found - exact) <= 1e-14 * exact, "\(successes) of \(trials)")
      }
      row = [1] + zip(row, row.dropFirst()).map { $0 + $1 } + [1]
    }
    #expect(FairCoin.cumulative(successes: -1, trials: 4) == 0)
  }

  @Test func `large binomials neither overflow nor lose their tails`() {
    // P(X = 0) of 1000 tosses is 2⁻¹⁰⁰⁰; of 2000, below the least double.
    #expect(FairCoin.cumulative(successes: 0, trials: 1000) == 0x1p-1000)
    #expect(FairCoin.cumulative(successes: 0, trials: 2000) == 0)
    // An odd number of tosses splits evenly.
    #expect(abs(FairCoin.cumulative(successes: 500_000, trials: 1_000_001) - 0.5) < 1e-9)
    // With the continuity correction the normal is close at a million tosses.
    let normal = StandardNormal.cumulative((499_000.5 - 500_000) / 500)
    #expect(abs(FairCoin.cumulative(successes: 499_000, trials: 1_000_000) / normal - 1) < 1e-4)
  }

  @Test func `McNemar's and the sign test by hand`() {
    #expect(FairCoin.twoSidedP(1, 5) == 14.0 / 64)
    #expect(FairCoin.twoSidedP(3, 3) == 1 && FairCoin.twoSidedP(0, 0) == 1)
    let items: [(first: Bool, second: Bool)] = [
      (true, false), (true, true), (false, false), (true, false), (false, true),
    ]
    let test = McNemarTest(wrong: items)
    #expect(test == McNemarTest(bothRight: 1, firstOnlyWrong: 2, secondOnlyWrong: 1, bothWrong: 1))
    #expect(test.pValue == 1)
    let sign = SignTest(differences: [-1, -2, 0, -3, 0.5, 0, -0.0, -1])
    #expect(sign == SignTest(positive: 1, negative: 4, zero: 3))
    #expect(sign.pValue == 2 * 6.0 / 32)
    // Three zeros: two to the smaller side, one to the other.
    #expect(sign.pValueSharingZeros == FairCoin.twoSidedP(3, 5))
  }

  // Two-sided p of the rank sum by all 2ⁿ signs of the mean ranks.
  private func enumeratedWilcoxon(_ differences: [Double]) -> Double {
    let samples = differences.filter { $0 != 0 }
    let ranks = samples.map { sample in
      let below = samples.count { $0.magnitude < sample.magnitude }
      let equal = samples.count { $0.magnitude == sample.magnitude }
      return Double(2 * below + equal + 1) / 2
    }
    func sum(_ positive: (Int) -> Bool) -> Double {
      ranks.indices.reduce(0) { positive($1) ? $0 + ranks[$1] : $0 }
    }
    let found = sum { samples[$0] > 0 }
    let extreme = min(found, ranks.reduce(0, +) - found)
    let reached = (0..<1 << samples.count).count { pattern in sum { pattern >> $0 & 1 == 1 } <= extreme }
    return min(1, 2 * Double(reached) / Double(1 << samples.count))
  }

  @Test(arguments: [UInt64(5), 6, 7]) func `Wilcoxon's p is that of all signs, with ties and zeros`(
    seed: UInt64
  ) {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<25 {
      let differences = (0..<Int.random(in: 1...10, using: &generator)).map { _ in
        Double(Int.random(in: -4...5, using: &generator)) / 8
      }
      let test = WilcoxonTest(differences: differences)
      #expect(abs(test.pValue - enumeratedWilcoxon(differences)) < 1e-12, "\(differences)")
    }
  }

  @Test func `Wilcoxon's normal approximation meets the exact test where it takes over`() {
    var generator = SplitMix64(seed: 8)
    let samples = (0..<WilcoxonTest.exactLimit).map { _ in Double.random(in: -1...1.4, using: &generator) }
    let exact = WilcoxonTest(differences: samples)
    #expect(abs(exact.pValue - StandardNormal.twoSidedP(exact.z)) < 0.01)
    let beyond = WilcoxonTest(differences: samples + [0.3])
    #expect(beyond.pValue == StandardNormal.twoSidedP(beyond.z))
    #expect(beyond.positiveRankSum + beyond.negativeRankSum == 101 * 102 / 2)
    let nothing = WilcoxonTest(differences: [0, 0])
    #expect(nothing.pValue == 1 && nothing.z == 0 && nothing.count == 0)
    // Rates that are equal but for rounding share a rank.
    #expect(WilcoxonTest(differences: [0.1 + 0.2, -0.3]).positiveRankSum == 1.5)
  }

  @Test func `Holm's adjustment by hand`() {
    #expect(holmAdjusted([]) == [])
    #expect(holmAdjusted([0.04]) == [0.04])
    let adjusted = holmAdjusted([0.01, 0.04, 0.03, 0.005])
    for (found, expected) in zip(adjusted, [0.03, 0.06, 0.06, 0.02]) {
      #expect(abs(found - expected) < 1e-15)
    }
    #expect(holmAdjusted([0.5, 0.5, 0.9]) == [1, 1, 1])
    #expect(holmAdjusted([0.25, 0.25]) == [0.5, 0.5])
  }
}

@Suite struct SignFlipTests {
  private func enumerated(_ samples: [Double]) -> Double {
    let found = samples.reduce(0, +).magnitude - 1e-9
    let reached = (0..<1 << samples.count).count { pattern in
      samples.indices.reduce(0) { $0 + (pattern >> $1 & 1 == 1 ? samples[$1] : -samples[$1]) }.magnitude
        >= found
    }
    return Double(reached) / Double(1 << samples.count)
  }

  @Test(arguments: [UInt64(1), 2, 3]) func `p is the share of all signs`(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<20 {
      let samples = (0..<Int.random(in: 1...12, using: &generator)).map { _ in
        Double(Int.random(in: -9...12, using: &generator)) / 90
      }
      let test = try SignFlipTest(differences: samples, seed: 1)
      #expect(test.isExact && test.pValue == enumerated(samples), "\(samples)")
    }
  }

  @Test func `six voices of one sign reach 2 in 64, five only 2 in 32`() throws {
    #expect(try SignFlipTest(differences: [1, 2, 3, 4, 5, 6], seed: 1).pValue == 2.0 / 64)
    #expect(try SignFlipTest(differences: [-1, -2, -3, -4, -5], seed: 1).pValue == 2.0 / 32)
  }

  @Test func `ties do not hang on rounding, scale or sign`() throws {
    #expect(try SignFlipTest(differences: [0.1, 0.2, -0.3], seed: 1).pValue == 1)
    #expect(try SignFlipTest(differences: [0.1, 0.2, 0.3, 0.6], seed: 1).pValue == 0.125)
    let samples = [0.3, -0.1, 0.25, 0.05, 0.2, -0.15, 0.4]
    let p = try SignFlipTest(differences: samples, seed: 1).pValue
    for factor in [-1, 1e-300, 1e300] {
      #expect(try SignFlipTest(differences: samples.map { $0 * factor }, seed: 1).pValue == p)
    }
  }

  @Test func `no sample, one sample and zeros show nothing`() throws {
    #expect(try SignFlipTest(differences: [], seed: 1).pValue == 1)
    #expect(try SignFlipTest(differences: [0.4], seed: 1).pValue == 1)
    #expect(try SignFlipTest(differences: [0, 0, 0], seed: 1).pValue == 1)
    #expect(try SignFlipTest(differences: [Double](repeating: 0, count: 40), seed: 1, draws: 99).pValue == 1)
    // A zero changes nothing.
    #expect(
      try SignFlipTest(differences: [1, 2, 0, 3], seed: 1).pValue
        == SignFlipTest(differences: [1, 2, 3], seed: 1).pValue)
  }

  @Test func `drawn signs meet all signs, by the seed alone`() throws {
    var generator = SplitMix64(seed: 9)
    let samples = (0..<21).map { _ in Double.random(in: -1...1.7, using: &generator) }
    let drawn = try SignFlipTest(differences: samples, seed: 3)
    #expect(!drawn.isExact && drawn.patternCount == 100_000)
    let exact = try SignFlipTest(differences: samples, seed: 3, exactLimit: 21)
    #expect(exact.isExact && exact.patternCount == 1 << 21)
    let deviation = (exact.pValue * (1 - exact.pValue) / 100_000).squareRoot()
    #expect(abs(drawn.pValue - exact.pValue) < 4 * deviation + 2e-5)
    #expect(try SignFlipTest(differences: samples, seed: 3) == drawn)
    #expect(try SignFlipTest(differences: samples, seed: 4).pValue != drawn.pValue)
    // However far out, p of drawn signs is never 0.
    #expect(
      try SignFlipTest(differences: [Double](repeating: 1, count: 70), seed: 1, draws: 999).pValue == 0.001)
  }

  @Test func `samples that are no numbers and options out of range are refused`() {
    #expect(throws: ScoringError.sampleNotFinite(index: 1)) {
      try SignFlipTest(differences: [1, .nan, 2], seed: 1)
    }
    #expect(throws: ScoringError.sampleNotFinite(index: 0)) {
      try SignFlipTest(differences: [.infinity], seed: 1)
    }
    #expect(throws: ScoringError.optionOutOfRange(option: .signFlipDraws, found: 0, allowed: 1...10_000_000))
    {
      try SignFlipTest(differences: [1], seed: 1, draws: 0)
    }
  }
}

@Suite struct CounterGeneratorTests {
  // The bits of every verdict that was ever printed hang on these.
  @Test func `the numbers of a draw are fixed`() {
    var generator = CounterGenerator(seed: 1, purpose: .speakers, draw: 0)
    #expect([generator.next(), generator.next()] == [9_414_950_503_420_720_781, 16_945_871_278_859_741_694])
  }

  @Test func `draws, purposes and seeds have numbers of their own`() {
    var firsts: Set<UInt64> = []
    for seed in UInt64(0)..<8 {
      for purpose in [CounterGenerator.Purpose.speakers, .seeds, .signs] {
        for draw in UInt64(0)..<64 {
          var generator = CounterGenerator(seed: seed, purpose: purpose, draw: draw)
          firsts.insert(generator.next())
        }
      }
    }
    #expect(firsts.count == 8 * 3 * 64)
  }

  @Test(arguments: [1, 2, 3, 24, 125]) func `indices below a bound are even`(bound: Int) {
    var counts = [Int](repeating: 0, count: bound)
    for draw in UInt64(0)..<200 {
      var generator = CounterGenerator(seed: 7, purpose: .seeds, draw: draw)
      for _ in 0..<100 { counts[generator.index(below: bound)] += 1 }
    }
    let expected = 20_000 / Double(bound)
    let chiSquare = counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    // Mean and deviation of χ² with bound − 1 degrees of freedom.
    let degrees = Double(bound - 1)
    #expect(chiSquare <= degrees + 4 * (2 * degrees).squareRoot())
  }
}
