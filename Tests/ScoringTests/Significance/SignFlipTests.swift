import Foundations
import Scoring
import TestSupport
import Testing

@Suite("SignFlip")
struct SignFlipTests {
  private func enumerated(_ samples: [Double]) -> Double {
    let found = samples.reduce(0, +).magnitude - 1e-9
    let reached = (0..<1 << samples.count).count { pattern in
      samples.indices.reduce(0) { $0 + (pattern >> $1 & 1 == 1 ? samples[$1] : -samples[$1]) }.magnitude
        >= found
    }
    return Double(reached) / Double(1 << samples.count)
  }

  @Test("p is the fraction of all signs", arguments: [UInt64(1), 2, 3])
  func exact(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<20 {
      let samples = (0..<Int.random(in: 1...12, using: &generator)).map { _ in
        Double(Int.random(in: -9...12, using: &generator)) / 90
      }
      let test = try SignFlipTest(differences: samples, seed: 1)
      #expect(test.isExact && test.pValue == enumerated(samples), "\(samples)")
    }
  }

  @Test("six voices of one sign reach p = 2/64, and five only 2/32")
  func fewVoices() throws {
    #expect(try SignFlipTest(differences: [1, 2, 3, 4, 5, 6], seed: 1).pValue == 2.0 / 64)
    #expect(try SignFlipTest(differences: [-1, -2, -3, -4, -5], seed: 1).pValue == 2.0 / 32)
  }

  @Test("ties do not depend on rounding, scale or sign")
  func ties() throws {
    #expect(try SignFlipTest(differences: [0.1, 0.2, -0.3], seed: 1).pValue == 1)
    #expect(try SignFlipTest(differences: [0.1, 0.2, 0.3, 0.6], seed: 1).pValue == 0.125)
    let samples = [0.3, -0.1, 0.25, 0.05, 0.2, -0.15, 0.4]
    let p = try SignFlipTest(differences: samples, seed: 1).pValue
    for factor in [-1, 1e-300, 1e300] {
      #expect(try SignFlipTest(differences: samples.map { $0 * factor }, seed: 1).pValue == p)
    }
  }

  @Test("no sample, one sample and zeros have p = 1")
  func noEvidence() throws {
    #expect(try SignFlipTest(differences: [], seed: 1).pValue == 1)
    #expect(try SignFlipTest(differences: [0.4], seed: 1).pValue == 1)
    #expect(try SignFlipTest(differences: [0, 0, 0], seed: 1).pValue == 1)
    #expect(try SignFlipTest(differences: [Double](repeating: 0, count: 40), seed: 1, draws: 99).pValue == 1)
    // A zero has no effect.
    #expect(
      try SignFlipTest(differences: [1, 2, 0, 3], seed: 1).pValue
        == SignFlipTest(differences: [1, 2, 3], seed: 1).pValue)
  }

  @Test("drawn signs agree with all signs, and depend on the seed alone")
  func drawn() throws {
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
    // However extreme the statistic, p of drawn signs is never 0.
    #expect(
      try SignFlipTest(differences: [Double](repeating: 1, count: 70), seed: 1, draws: 999).pValue == 0.001)
  }

  @Test("samples that are not finite and options out of range are refused")
  func refused() {
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
