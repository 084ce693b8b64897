/// The verdict on a contender against the baseline.
///
/// Better or worse requires an adjusted p of at most α, which covers the variation of speakers, and an
/// interval without 0, which covers that of seeds, too. Sign flips of speakers alone miss that all speakers
/// share the luck of a seed: with a seed deviation of 0.2 points and 125 speakers, they find a contender
/// different from itself under other seeds in about 40 of 100 cases.
package enum Verdict: String, Sendable, CaseIterable, Codable {
  case better, worse, noDifferenceShown, tooFewSpeakers
}

/// The primary test of one contender against the baseline.
package struct ContenderComparison: Sendable, Equatable, Encodable {
  package var contender, baseline: String

  /// The difference of error rates, contender minus baseline, averaged over voices and seeds; negative is
  /// better.
  package var difference: Double

  /// The interval of ``difference``, by bootstrap over voices and seeds.
  package var interval: Interval

  /// The difference of pooled rates, contender minus baseline, and its interval.
  package var pooledDifference: Double
  package var pooledInterval: Interval

  /// The probability that the contender's pooled rate is lower, by bootstrap over voices and seeds.
  package var probabilityOfImprovement: Double

  /// The differences of speakers, averaged over seeds, in the contenders' order of speakers.
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

/// A family of contenders, each compared with the baseline.
package struct Comparison: Sendable, Equatable, Encodable {
  package var baseline: String
  package var options: SignificanceOptions

  /// The results in the order of the contenders.
  package var contenders: [ContenderComparison]

  /// Compares contenders with a baseline: sign flips of voices, bootstrap intervals, Holm's adjustment over
  /// the contenders.
  ///
  /// The other contenders of the family affect only a contender's adjusted p and verdict.
  ///
  /// - Throws: ``ScoringError/contendersNotPaired(contender:difference:)``,
  ///   ``ScoringError/duplicateContender(contender:)``,
  ///   ``ScoringError/optionOutOfRange(option:found:allowed:)``.
  package init(
    baseline: ContenderErrors, contenders: [ContenderErrors],
    options: SignificanceOptions = SignificanceOptions()
  ) throws(ScoringError) {
    try options.check()
    var names: Set<String> = [baseline.name]
    for contender in contenders where !names.insert(contender.name).inserted {
      throw .duplicateContender(contender: contender.name)
    }
    var compared: [ContenderComparison] = []
    for contender in contenders {
      compared.append(try Self.compare(contender, with: baseline, options: options))
    }
    let adjusted = holmAdjusted(compared.map(\.test.pValue))
    for (index, p) in adjusted.enumerated() {
      compared[index].adjustedP = p
      compared[index].verdict = Self.verdict(
        interval: compared[index].interval, adjustedP: p, voices: compared[index].voiceCount,
        options: options)
    }
    self.baseline = baseline.name
    self.options = options
    self.contenders = compared
  }

  private static func compare(
    _ contender: ContenderErrors, with baseline: ContenderErrors, options: SignificanceOptions
  ) throws(ScoringError) -> ContenderComparison {
    let pair = try PairedContenders(baseline: baseline, contender: contender)
    let bootstrap = try Bootstrap(pair, options: options)
    let test = try SignFlipTest(
      differences: pair.voiceDifferences, seed: options.seed, draws: options.signFlipDraws,
      exactLimit: options.exactSignFlipSpeakers)
    return ContenderComparison(
      contender: contender.name, baseline: baseline.name, difference: pair.meanDifference,
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
