/// What a comparison says of a row against the baseline.
///
/// Better or worse needs two things: an adjusted p of at most α, which speaks of speakers, and an interval
/// that leaves out 0, which speaks of seeds as well. Sign flips of speakers alone do not see that all
/// speakers share the luck of a seed: with a seed deviation of 0.2 points and 125 speakers they tell a row
/// from itself under other seeds in some 40 of 100 cases.
package enum Verdict: String, Sendable, CaseIterable, Codable {
  case better, worse, noDifferenceShown, tooFewSpeakers
}

/// One row against the baseline: the primary test.
package struct RowComparison: Sendable, Equatable, Encodable {
  package var row, baseline: String

  /// Mean over voices and seeds of the difference of error rates, row less baseline; negative is better.
  package var difference: Double

  /// Of ``difference``, by bootstrap over voices and seeds.
  package var interval: Interval

  /// Of pooled rates, row less baseline, and its interval.
  package var pooledDifference: Double
  package var pooledInterval: Interval

  /// By pooled rates over voices and seeds.
  package var probabilityOfImprovement: Double

  /// By speaker, mean over seeds; in the rows' order of speakers.
  package var speakerDifferences: [Double]

  /// By seed, mean over voices.
  package var seedDifferences: [Double]

  /// Independent voices: the samples of the test.
  package var voiceCount: Int

  /// The exact or drawn sign-flip test of the voices.
  package var test: SignFlipTest

  /// Holm's, over the family.
  package var adjustedP: Double

  package var verdict: Verdict
}

/// A family of rows, each compared with the baseline.
package struct Comparison: Sendable, Equatable, Encodable {
  package var baseline: String
  package var options: ComparisonOptions

  /// In the order of the rows that were given.
  package var rows: [RowComparison]

  /// Compares rows with a baseline: sign flips of voices, bootstrap interval, Holm over the rows.
  ///
  /// A row's numbers, but for the adjusted p, are the same whatever other rows are in the family.
  /// Safe from any thread.
  ///
  /// - Throws: ``ScoringError/rowsNotPaired(row:difference:)``, ``ScoringError/duplicateRow(row:)``,
  ///   ``ScoringError/optionOutOfRange(option:found:allowed:)``.
  package init(
    baseline: RowErrors, rows: [RowErrors], options: ComparisonOptions = ComparisonOptions()
  ) throws(ScoringError) {
    try options.check()
    var names: Set<String> = [baseline.row]
    for row in rows where !names.insert(row.row).inserted { throw .duplicateRow(row: row.row) }
    var compared: [RowComparison] = []
    for row in rows {
      compared.append(try Self.compare(row, with: baseline, options: options))
    }
    let adjusted = holmAdjusted(compared.map(\.test.pValue))
    for (index, p) in adjusted.enumerated() {
      compared[index].adjustedP = p
      compared[index].verdict = Self.verdict(
        interval: compared[index].interval, adjustedP: p, voices: compared[index].voiceCount,
        options: options)
    }
    self.baseline = baseline.row
    self.options = options
    self.rows = compared
  }

  private static func compare(
    _ row: RowErrors, with baseline: RowErrors, options: ComparisonOptions
  ) throws(ScoringError) -> RowComparison {
    let pair = try PairedRows(baseline: baseline, row: row)
    let bootstrap = try Bootstrap(pair, options: options)
    let test = try SignFlipTest(
      differences: pair.voiceDifferences, seed: options.seed, draws: options.signFlipDraws,
      exactLimit: options.exactSignFlipSpeakers)
    return RowComparison(
      row: row.row, baseline: baseline.row, difference: pair.meanDifference,
      interval: bootstrap.meanInterval, pooledDifference: pair.pooledDifference,
      pooledInterval: bootstrap.pooledInterval,
      probabilityOfImprovement: bootstrap.probabilityOfImprovement,
      speakerDifferences: pair.speakerDifferences, seedDifferences: pair.seedDifferences,
      voiceCount: pair.voices.count, test: test, adjustedP: test.pValue, verdict: .noDifferenceShown)
  }

  private static func verdict(
    interval: Interval, adjustedP: Double, voices: Int, options: ComparisonOptions
  ) -> Verdict {
    if voices < options.minimumVoices { return .tooFewSpeakers }
    if adjustedP > options.significanceLevel { return .noDifferenceShown }
    return interval.upper < 0 ? .better : interval.lower > 0 ? .worse : .noDifferenceShown
  }
}
