import Foundations
import Scoring
import TestSupport
import Testing

/// Simulations with known truth: the rate of false positives under the null hypothesis, and of detections
/// under an effect.
@Suite("LevelAndPower")
struct LevelAndPowerTests {
  // Errors of 300 phones that vary with the speaker, the seed and the contender's `effect`.
  private func experiment(
    speakers: Int, seeds: Int, effects: [Double], _ generator: inout SplitMix64
  ) throws -> [ContenderErrors] {
    func spread(_ width: Double) -> Double {
      // A sum of four uniform numbers is close enough to normal.
      (0..<4).reduce(0) { sum, _ in sum + Double.random(in: -width...width, using: &generator) } / 2
    }
    let difficulty = (0..<speakers).map { _ in 0.25 + spread(0.08) }
    return try effects.enumerated().map { index, effect in
      // Rows suit some speakers better than others, which a test over speakers must take for chance.
      let taste = (0..<speakers).map { _ in spread(0.02) }
      let errors = (0..<seeds).map { _ in
        let luck = spread(0.003)
        return (0..<speakers).map { speaker in
          // The last term is the sampling error of 300 phones.
          let rate = difficulty[speaker] + taste[speaker] + luck + effect + spread(0.04)
          return max(0, Int((300 * rate).rounded()))
        }
      }
      return try contender("contender\(index)", errors, total: 300)
    }
  }

  private func pValues(
    experiments: Int, speakers: Int, effect: Double, draws: Int = 500, seed: UInt64
  ) throws -> [Double] {
    var generator = SplitMix64(seed: seed)
    return try (0..<experiments).map { _ in
      let contenders = try experiment(speakers: speakers, seeds: 2, effects: [0, effect], &generator)
      let pair = try PairedContenders(baseline: contenders[0], contender: contenders[1])
      return try SignFlipTest(differences: pair.voiceDifferences, seed: 1, draws: draws).pValue
    }
  }

  @Test("under the null hypothesis the primary p is uniform", arguments: [10, 24])
  func nullDistribution(speakers: Int) throws {
    let p = try pValues(experiments: 600, speakers: speakers, effect: 0, seed: 21)
    for level in [0.05, 0.1, 0.25, 0.5, 0.75, 0.9] {
      let share = Double(p.count { $0 <= level }) / Double(p.count)
      #expect(abs(share - level) <= 3.5 * (level * (1 - level) / Double(p.count)).squareRoot() + 0.002)
    }
  }

  @Test("a planted effect is found", arguments: [10, 24])
  func power(speakers: Int) throws {
    let p = try pValues(experiments: 60, speakers: speakers, effect: -0.04, seed: 22)
    #expect(Double(p.count { $0 <= 0.05 }) / Double(p.count) > 0.9)
  }

  @Test("equal contenders are falsely found different at most as often as the level allows")
  func familyLevel() throws {
    var generator = SplitMix64(seed: 23)
    var options = SignificanceOptions()
    options.bootstrapDraws = 1
    var (alarms, naive) = (0, 0)
    for _ in 0..<400 {
      let contenders = try experiment(speakers: 10, seeds: 1, effects: [0, 0, 0, 0, 0, 0], &generator)
      let compared = try Comparison(
        baseline: contenders[0], contenders: Array(contenders.dropFirst()), options: options
      ).contenders
      alarms += compared.contains { $0.verdict != .noDifferenceShown } ? 1 : 0
      naive += compared.contains { $0.test.pValue <= 0.05 } ? 1 : 0
    }
    #expect(Double(alarms) / 400 <= 0.05 + 3.5 * (0.05 * 0.95 / 400).squareRoot())
    // Without Holm's adjustment the level is exceeded, so the simulation can detect it.
    #expect(Double(naive) / 400 > 0.1)
  }

  @Test("a lucky seed is not taken for a better contender")
  func luckySeeds() throws {
    var generator = SplitMix64(seed: 27)
    var options = SignificanceOptions()
    options.bootstrapDraws = 400
    options.signFlipDraws = 400
    func uniform(_ width: Double) -> Double { Double.random(in: -width...width, using: &generator) }
    var (alarms, ofSpeakersAlone) = (0, 0)
    for _ in 0..<300 {
      // A contender against itself under other seeds, where the luck of a seed is common to all 60 speakers.
      let contenders = try (0..<2).map { name in
        let counts = (0..<5).map { _ in
          let luck = uniform(45)
          return (0..<60).map { _ in Int(2_500 + luck + uniform(250)) }
        }
        return try contender("contender\(name)", counts, total: 10_000)
      }
      let compared = try Comparison(baseline: contenders[0], contenders: [contenders[1]], options: options)
        .contenders[0]
      alarms += compared.verdict != .noDifferenceShown ? 1 : 0
      ofSpeakersAlone += compared.test.pValue <= 0.05 ? 1 : 0
    }
    #expect(Double(alarms) / 300 <= 0.1)
    #expect(Double(ofSpeakersAlone) / 300 > 0.15)
  }

  @Test("the interval covers the truth about as often as its confidence level")
  func coverage() throws {
    var generator = SplitMix64(seed: 24)
    var options = SignificanceOptions()
    options.bootstrapDraws = 400
    var covered = 0
    for _ in 0..<300 {
      let contenders = try experiment(speakers: 24, seeds: 1, effects: [0, 0.01], &generator)
      let interval = try Bootstrap(
        PairedContenders(baseline: contenders[0], contender: contenders[1]), options: options
      ).meanInterval
      covered += interval.lower <= 0.01 && 0.01 <= interval.upper ? 1 : 0
    }
    // Percentile intervals of 24 samples are known to be slightly short.
    #expect((0.88...0.98).contains(Double(covered) / 300))
  }

  // Two systems on the same utterances, with independent errors of the given probabilities.
  private func seedComparison(
    utterances: Int, rates: (Double, Double), _ generator: inout SplitMix64
  ) throws -> SeedComparison {
    let scorer = try PhoneScorer(table: SCTKGolden.phones, convention: .strict)
    func corrupted(_ phones: [Int32], _ rate: Double) -> [Int32] {
      phones.flatMap { phone -> [Int32] in
        guard Double.random(in: 0..<1, using: &generator) < rate else { return [phone] }
        let other = Int32.random(in: 0..<10, using: &generator)
        return [[], [other], [phone, other]][Int.random(in: 0..<3, using: &generator)]
      }
    }
    var (contender, baseline): ([ScoredUtterance], [ScoredUtterance]) = ([], [])
    for utterance in 0..<utterances {
      let reference = (0..<20).map { _ in Int32.random(in: 0..<10, using: &generator) }
      let (name, speaker) = ("u\(utterance)", "s\(utterance % 12)")
      contender.append(
        try scorer.score(
          utterance: name, speaker: speaker, reference: reference, hypothesis: corrupted(reference, rates.0)))
      baseline.append(
        try scorer.score(
          utterance: name, speaker: speaker, reference: reference, hypothesis: corrupted(reference, rates.1)))
    }
    return try SeedComparison(contender: contender, baseline: baseline)
  }

  @Test("MAPSSWE and the other secondary tests keep their level")
  func secondaryLevel() throws {
    var generator = SplitMix64(seed: 25)
    let runs = try (0..<300).map { _ in try seedComparison(utterances: 36, rates: (0.15, 0.15), &generator) }
    let bound = 0.05 + 3.5 * (0.05 * 0.95 / 300).squareRoot()
    func share(_ p: (SeedComparison) -> Double) -> Double { Double(runs.count { p($0) <= 0.05 }) / 300 }
    #expect(share(\.matchedPairs.pValue) <= bound && share(\.matchedPairs.pValue) > 0.01)
    #expect(share(\.mcNemar.pValue) <= bound)
    #expect(share(\.sign.pValue) <= bound)
    #expect(share(\.wilcoxon.pValue) <= bound)
    // Half of the means are on either side.
    #expect((110...190).contains(runs.count { $0.matchedPairs.mean < 0 }))
  }

  @Test("MAPSSWE and Wilcoxon's test find a planted effect")
  func segmentPower() throws {
    var generator = SplitMix64(seed: 26)
    let runs = try (0..<40).map { _ in try seedComparison(utterances: 72, rates: (0.12, 0.22), &generator) }
    #expect(runs.count { $0.matchedPairs.pValue <= 0.05 && $0.matchedPairs.z < 0 } >= 38)
    #expect(runs.count { $0.wilcoxon.pValue <= 0.05 && $0.wilcoxon.z < 0 } >= 34)
  }

  @Test("McNemar's and the sign test find a planted effect")
  func countPower() throws {
    var generator = SplitMix64(seed: 27)
    // Few errors, so that some utterances have none.
    let rare = try (0..<40).map { _ in try seedComparison(utterances: 72, rates: (0.01, 0.06), &generator) }
    #expect(
      rare.count { $0.mcNemar.pValue <= 0.05 && $0.mcNemar.firstOnlyWrong < $0.mcNemar.secondOnlyWrong } >= 38
    )
    let many = try (0..<40).map { _ in try seedComparison(utterances: 72, rates: (0.12, 0.26), &generator) }
    #expect(many.count { $0.sign.pValue <= 0.05 } >= 36)
  }

  @Test("the probability of improvement is ½ under the null hypothesis and near 1 under an effect")
  func improvement() throws {
    var generator = SplitMix64(seed: 28)
    var options = SignificanceOptions()
    options.bootstrapDraws = 500
    func improvement(_ effect: Double) throws -> Double {
      let contenders = try experiment(speakers: 24, seeds: 3, effects: [0, effect], &generator)
      let pair = try PairedContenders(baseline: contenders[0], contender: contenders[1])
      return try Bootstrap(pair, seedIndex: 0, options: options).probabilityOfImprovement
    }
    let null = try (0..<200).map { _ in try improvement(0) }
    #expect((0.42...0.58).contains(null.reduce(0, +) / 200))
    // Uniform under the null hypothesis, within the error of resampling 24 speakers.
    #expect((2...40).contains(null.count { $0 > 0.95 }))
    let effect = try (0..<40).map { _ in try improvement(-0.04) }
    #expect(effect.count { $0 > 0.95 } >= 34)
  }
}
