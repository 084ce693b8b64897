import Foundations
import Scoring
import TestSupport
import Testing

/// Experiments with known truth: the share of false alarms under the null, and of finds under an effect.
@Suite struct LevelAndPowerTests {
  // Speakers differ in difficulty, seeds in luck, and rows in `effect`; errors of 300 phones.
  private func experiment(
    speakers: Int, seeds: Int, effects: [Double], _ generator: inout SplitMix64
  ) throws -> [RowErrors] {
    func spread(_ width: Double) -> Double {
      // Near enough to normal: four uniforms.
      (0..<4).reduce(0) { sum, _ in sum + Double.random(in: -width...width, using: &generator) } / 2
    }
    let difficulty = (0..<speakers).map { _ in 0.25 + spread(0.08) }
    return try effects.enumerated().map { index, effect in
      // A row suits some speakers better than others: this is what a test of speakers must see as chance.
      let taste = (0..<speakers).map { _ in spread(0.02) }
      let errors = (0..<seeds).map { _ in
        let luck = spread(0.003)
        return (0..<speakers).map { speaker in
          // The last term is the chance of 300 phones.
          let rate = difficulty[speaker] + taste[speaker] + luck + effect + spread(0.04)
          return max(0, Int((300 * rate).rounded()))
        }
      }
      return try row("row\(index)", errors, total: 300)
    }
  }

  private func pValues(
    experiments: Int, speakers: Int, effect: Double, draws: Int = 500, seed: UInt64
  ) throws -> [Double] {
    var generator = SplitMix64(seed: seed)
    return try (0..<experiments).map { _ in
      let rows = try experiment(speakers: speakers, seeds: 2, effects: [0, effect], &generator)
      let pair = try PairedRows(baseline: rows[0], row: rows[1])
      return try SignFlipTest(differences: pair.voiceDifferences, seed: 1, draws: draws).pValue
    }
  }

  @Test(arguments: [10, 24]) func `under the null the primary p is uniform`(speakers: Int) throws {
    let p = try pValues(experiments: 600, speakers: speakers, effect: 0, seed: 21)
    for level in [0.05, 0.1, 0.25, 0.5, 0.75, 0.9] {
      let share = Double(p.count { $0 <= level }) / Double(p.count)
      #expect(abs(share - level) <= 3.5 * (level * (1 - level) / Double(p.count)).squareRoot() + 0.002)
    }
  }

  @Test(arguments: [10, 24]) func `a planted effect is found`(speakers: Int) throws {
    let p = try pValues(experiments: 60, speakers: speakers, effect: -0.04, seed: 22)
    #expect(Double(p.count { $0 <= 0.05 }) / Double(p.count) > 0.9)
  }

  @Test func `a family of equal rows is falsely told apart at most as often as said`() throws {
    var generator = SplitMix64(seed: 23)
    var options = ComparisonOptions()
    options.bootstrapDraws = 1
    var (alarms, naive) = (0, 0)
    for _ in 0..<400 {
      let rows = try experiment(speakers: 10, seeds: 1, effects: [0, 0, 0, 0, 0, 0], &generator)
      let compared = try Comparison(baseline: rows[0], rows: Array(rows.dropFirst()), options: options).rows
      alarms += compared.contains { $0.verdict != .noDifferenceShown } ? 1 : 0
      naive += compared.contains { $0.test.pValue <= 0.05 } ? 1 : 0
    }
    #expect(Double(alarms) / 400 <= 0.05 + 3.5 * (0.05 * 0.95 / 400).squareRoot())
    // Without Holm the family would go wrong: the experiment can tell.
    #expect(Double(naive) / 400 > 0.1)
  }

  @Test func `the luck of seeds is not taken for a better row`() throws {
    var generator = SplitMix64(seed: 27)
    var options = ComparisonOptions()
    options.bootstrapDraws = 400
    options.signFlipDraws = 400
    func uniform(_ width: Double) -> Double { Double.random(in: -width...width, using: &generator) }
    var (alarms, ofSpeakersAlone) = (0, 0)
    for _ in 0..<300 {
      // One row and itself under other seeds: what a seed gives or takes, it does to all 60 speakers.
      let rows = try (0..<2).map { name in
        let counts = (0..<5).map { _ in
          let luck = uniform(45)
          return (0..<60).map { _ in Int(2_500 + luck + uniform(250)) }
        }
        return try row("row\(name)", counts, total: 10_000)
      }
      let compared = try Comparison(baseline: rows[0], rows: [rows[1]], options: options).rows[0]
      alarms += compared.verdict != .noDifferenceShown ? 1 : 0
      ofSpeakersAlone += compared.test.pValue <= 0.05 ? 1 : 0
    }
    #expect(Double(alarms) / 300 <= 0.1)
    #expect(Double(ofSpeakersAlone) / 300 > 0.15)
  }

  @Test func `the interval covers the truth about as often as it says`() throws {
    var generator = SplitMix64(seed: 24)
    var options = ComparisonOptions()
    options.bootstrapDraws = 400
    var covered = 0
    for _ in 0..<300 {
      let rows = try experiment(speakers: 24, seeds: 1, effects: [0, 0.01], &generator)
      let interval = try Bootstrap(PairedRows(baseline: rows[0], row: rows[1]), options: options).meanInterval
      covered += interval.lower <= 0.01 && 0.01 <= interval.upper ? 1 : 0
    }
    // Percentile intervals of two dozen samples are known to be a little short.
    #expect((0.88...0.98).contains(Double(covered) / 300))
  }

  // Two systems on the same utterances, each phone wrong by itself with the given odds.
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
    var (row, baseline): ([ScoredUtterance], [ScoredUtterance]) = ([], [])
    for utterance in 0..<utterances {
      let reference = (0..<20).map { _ in Int32.random(in: 0..<10, using: &generator) }
      let (name, speaker) = ("u\(utterance)", "s\(utterance % 12)")
      row.append(
        try scorer.score(
          utterance: name, speaker: speaker, reference: reference, hypothesis: corrupted(reference, rates.0)))
      baseline.append(
        try scorer.score(
          utterance: name, speaker: speaker, reference: reference, hypothesis: corrupted(reference, rates.1)))
    }
    return try SeedComparison(row: row, baseline: baseline)
  }

  @Test func `MAPSSWE and its companions keep their level`() throws {
    var generator = SplitMix64(seed: 25)
    let runs = try (0..<300).map { _ in try seedComparison(utterances: 36, rates: (0.15, 0.15), &generator) }
    let bound = 0.05 + 3.5 * (0.05 * 0.95 / 300).squareRoot()
    func share(_ p: (SeedComparison) -> Double) -> Double { Double(runs.count { p($0) <= 0.05 }) / 300 }
    #expect(share(\.matchedPairs.pValue) <= bound && share(\.matchedPairs.pValue) > 0.01)
    #expect(share(\.mcNemar.pValue) <= bound)
    #expect(share(\.sign.pValue) <= bound)
    #expect(share(\.wilcoxon.pValue) <= bound)
    // Half of the means lie on either side.
    #expect((110...190).contains(runs.count { $0.matchedPairs.mean < 0 }))
  }

  @Test func `MAPSSWE and Wilcoxon's test find a planted effect`() throws {
    var generator = SplitMix64(seed: 26)
    let runs = try (0..<40).map { _ in try seedComparison(utterances: 72, rates: (0.12, 0.22), &generator) }
    #expect(runs.count { $0.matchedPairs.pValue <= 0.05 && $0.matchedPairs.z < 0 } >= 38)
    #expect(runs.count { $0.wilcoxon.pValue <= 0.05 && $0.wilcoxon.z < 0 } >= 34)
  }

  @Test func `McNemar's and the sign test find a planted effect`() throws {
    var generator = SplitMix64(seed: 27)
    // Few errors, so that utterances without any are there to be counted.
    let rare = try (0..<40).map { _ in try seedComparison(utterances: 72, rates: (0.01, 0.06), &generator) }
    #expect(
      rare.count { $0.mcNemar.pValue <= 0.05 && $0.mcNemar.firstOnlyWrong < $0.mcNemar.secondOnlyWrong } >= 38
    )
    let many = try (0..<40).map { _ in try seedComparison(utterances: 72, rates: (0.12, 0.26), &generator) }
    #expect(many.count { $0.sign.pValue <= 0.05 } >= 36)
  }

  @Test func `the probability of improvement is even under the null and sure under an effect`() throws {
    var generator = SplitMix64(seed: 28)
    var options = ComparisonOptions()
    options.bootstrapDraws = 500
    func improvement(_ effect: Double) throws -> Double {
      let rows = try experiment(speakers: 24, seeds: 3, effects: [0, effect], &generator)
      let pair = try PairedRows(baseline: rows[0], row: rows[1])
      return try Bootstrap(pair, seedIndex: 0, options: options).probabilityOfImprovement
    }
    let null = try (0..<200).map { _ in try improvement(0) }
    #expect((0.42...0.58).contains(null.reduce(0, +) / 200))
    // Uniform under the null, up to what resampling two dozen speakers leaves out.
    #expect((2...40).contains(null.count { $0 > 0.95 }))
    let effect = try (0..<40).map { _ in try improvement(-0.04) }
    #expect(effect.count { $0 > 0.95 } >= 34)
  }
}
