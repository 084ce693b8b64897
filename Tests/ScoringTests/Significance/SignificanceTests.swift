import Foundations
import Scoring
import TestSupport
import Testing

@Suite("Significance")
struct SignificanceTests {
  @Test("the normal distribution is accurate in its center and both tails")
  func normal() {
    #expect(StandardNormal.cumulative(0) == 0.5)
    #expect(abs(StandardNormal.cumulative(1.959963984540054) - 0.975) < 1e-15)
    #expect(abs(StandardNormal.cumulative(-10) / 7.619853024160527e-24 - 1) < 1e-12)
    #expect(abs(StandardNormal.twoSidedP(-6) / 1.973175290075396e-09 - 1) < 1e-12)
    #expect(StandardNormal.twoSidedP(0) == 1)
    #expect(StandardNormal.twoSidedP(60) == 0)
  }

  @Test("the binomial distribution is the cumulative sum of Pascal's row")
  func binomial() {
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

  @Test("large binomials neither overflow nor lose their tails")
  func largeBinomials() {
    // P(X = 0) of 1000 tosses is 2⁻¹⁰⁰⁰; of 2000 it is below the smallest double.
    #expect(FairCoin.cumulative(successes: 0, trials: 1000) == 0x1p-1000)
    #expect(FairCoin.cumulative(successes: 0, trials: 2000) == 0)
    // An odd number of tosses splits evenly.
    #expect(abs(FairCoin.cumulative(successes: 500_000, trials: 1_000_001) - 0.5) < 1e-9)
    // With a continuity correction the normal distribution is close at a million tosses.
    let normal = StandardNormal.cumulative((499_000.5 - 500_000) / 500)
    #expect(abs(FairCoin.cumulative(successes: 499_000, trials: 1_000_000) / normal - 1) < 1e-4)
  }

  @Test("McNemar's and the sign test equal examples computed by hand")
  func countTests() {
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

  @Test("Wilcoxon's p is the fraction of all signs, with ties and zeros", arguments: [UInt64(5), 6, 7])
  func wilcoxon(
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

  @Test("Wilcoxon's normal approximation agrees with the exact test where it replaces it")
  func wilcoxonApproximation() {
    var generator = SplitMix64(seed: 8)
    let samples = (0..<WilcoxonTest.exactLimit).map { _ in Double.random(in: -1...1.4, using: &generator) }
    let exact = WilcoxonTest(differences: samples)
    #expect(abs(exact.pValue - StandardNormal.twoSidedP(exact.z)) < 0.01)
    let beyond = WilcoxonTest(differences: samples + [0.3])
    #expect(beyond.pValue == StandardNormal.twoSidedP(beyond.z))
    #expect(beyond.positiveRankSum + beyond.negativeRankSum == 101 * 102 / 2)
    let nothing = WilcoxonTest(differences: [0, 0])
    #expect(nothing.pValue == 1 && nothing.z == 0 && nothing.count == 0)
    // Rates that differ only by rounding share a rank.
    #expect(WilcoxonTest(differences: [0.1 + 0.2, -0.3]).positiveRankSum == 1.5)
  }

  @Test("Holm's adjustment equals examples computed by hand")
  func holm() {
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
