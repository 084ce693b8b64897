/// The verdict on a row against the baseline.
///
/// Better or worse requires an adjusted p of at most α, which covers the variation of speakers, and an
/// interval without 0, which covers that of seeds, too. Sign flips of speakers alone miss that all speakers
/// share the luck of a seed: with a seed deviation of 0.2 points and 125 speakers, they find a row different
/// from itself under other seeds in about 40 of 100 cases.
package enum Verdict: String, Sendable, CaseIterable, Codable {
  case better, worse, noDifferenceShown, tooFewSpeakers
}

/// The primary test of one row against the baseline.
package struct RowComparison: Sendable, Equatable, Encodable {
  package var row, baseline: String

  /// The difference of error rates, row minus baseline, averaged over voices and seeds; negative is better.
  package var difference: Double

  /// The interval of ``difference``, by bootstrap over voices and seeds.
  package var interval: Interval

  /// The difference of pooled rates, row minus baseline, and its interval.
  package var pooledDifference: Double
  package var pooledInterval: Interval

  /// The probability that the row's pooled rate is lower, by bootstrap over voices and seeds.
  package var probabilityOfImprovement: Double

  /// The differences of speakers, averaged over seeds, in the rows' order of speakers.
  package var speakerDifferences: [Double]

  /// The differences of seeds, averaged over voices.
  package var seedDifferences: [Double]

  /// The number of independent voices, the samples of the test.
  package var voiceCount: Int

  /// The exact or sampled sign-flip test of the voices.
  package var test: SignFlipTest

  /// p after Holm's adjustment over the family.
  package var adjustedP: Double

  package var verdict: Verdict
}

/// A family of rows, each compared with the baseline.
package struct Comparison: Sendable, Equatable, Encodable {
  package var baseline: String
  package var options: SignificanceOptions

  /// The results in the order of the rows.
  package var rows: [RowComparison]

  /// Compares rows with a baseline: sign flips of voices, bootstrap intervals, Holm's adjustment over the
  /// rows.
  ///
  /// The other rows of the family affect only a row's adjusted p and verdict.
  ///
  /// - Throws: ``ScoringError/rowsNotPaired(row:difference:)``, ``ScoringError/duplicateRow(row:)``,
  ///   ``ScoringError/optionOutOfRange(option:found:allowed:)``.
  package init(
    baseline: RowErrors, rows: [RowErrors], options: SignificanceOptions = SignificanceOptions()
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
    _ row: RowErrors, with baseline: RowErrors, options: SignificanceOptions
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
    interval: Interval, adjustedP: Double, voices: Int, options: SignificanceOptions
  ) -> Verdict {
    if voices < options.minimumVoices { return .tooFewSpeakers }
    if adjustedP > options.significanceLevel { return .noDifferenceShown }
    return interval.upper < 0 ? .better : interval.lower > 0 ? .worse : .noDifferenceShown
  }
}
