/// The secondary tests of a contender against the baseline under one seed.
///
/// The contender is the first system of each test, so negative means and Z are in its favor.
package struct SeedComparison: Sendable, Equatable, Encodable {
  /// MAPSSWE over the segments of all utterances.
  package var matchedPairs: MatchedPairs

  /// McNemar's test over utterances without and with errors.
  package var mcNemar: McNemarTest

  /// The tests over differences of speakers' error rates, contender minus baseline.
  package var sign: SignTest
  package var wilcoxon: WilcoxonTest

  /// Compares the scores of two systems on the same utterances, in any order.
  ///
  /// Speakers whose references are all empty have no rate, so `sign` and `wilcoxon` leave them out.
  ///
  /// - Throws: ``ScoringError/duplicateUtterance(utterance:)``,
  ///   ``ScoringError/utteranceUnpaired(utterance:)``, ``ScoringError/speakerMismatch(utterance:)``,
  ///   ``ScoringError/conventionMismatch(expected:found:)``, ``ScoringError/referencesDiffer(utterance:)``,
  ///   ``ScoringError/optionOutOfRange(option:found:allowed:)``.
  package init(
    contender: [ScoredUtterance], baseline: [ScoredUtterance], goodPhonesBetweenSegments: Int = 2
  ) throws(ScoringError) {
    try ComparisonOption.goodPhonesBetweenSegments.check(goodPhonesBetweenSegments, in: 1...1_000)
    let pairs = try Self.paired(contender: contender, baseline: baseline)
    matchedPairs = MatchedPairs(
      segments: pairs.flatMap {
        MatchedPairs.segments(
          $0.contender.alignment, $0.baseline.alignment, goodPhones: goodPhonesBetweenSegments)
      })
    mcNemar = McNemarTest(
      wrong: pairs.lazy.map { ($0.contender.alignment.errorCount > 0, $0.baseline.alignment.errorCount > 0) })
    var speakers: [String: (contender: Int, baseline: Int, total: Int)] = [:]
    for pair in pairs {
      var sums = speakers[pair.contender.speaker] ?? (0, 0, 0)
      sums.contender += pair.contender.alignment.errorCount
      sums.baseline += pair.baseline.alignment.errorCount
      sums.total += pair.contender.alignment.referenceCount
      speakers[pair.contender.speaker] = sums
    }
    let differences = speakers.sorted { $0.key < $1.key }.filter { $0.value.total > 0 }.map {
      Double($0.value.contender - $0.value.baseline) / Double($0.value.total)
    }
    sign = SignTest(differences: differences)
    wilcoxon = WilcoxonTest(differences: differences)
  }

  private static func paired(
    contender: [ScoredUtterance], baseline: [ScoredUtterance]
  ) throws(ScoringError) -> [(contender: ScoredUtterance, baseline: ScoredUtterance)] {
    var others: [String: ScoredUtterance] = [:]
    for scored in baseline where others.updateValue(scored, forKey: scored.utterance) != nil {
      throw .duplicateUtterance(utterance: scored.utterance)
    }
    var pairs: [(contender: ScoredUtterance, baseline: ScoredUtterance)] = []
    var seen: Set<String> = []
    for scored in contender.sorted(by: { $0.utterance < $1.utterance }) {
      guard seen.insert(scored.utterance).inserted else {
        throw .duplicateUtterance(utterance: scored.utterance)
      }
      guard let other = others.removeValue(forKey: scored.utterance) else {
        throw .utteranceUnpaired(utterance: scored.utterance)
      }
      guard other.convention == scored.convention else {
        throw .conventionMismatch(expected: other.convention, found: scored.convention)
      }
      guard other.speaker == scored.speaker else { throw .speakerMismatch(utterance: scored.utterance) }
      guard other.alignment.reference == scored.alignment.reference else {
        throw .referencesDiffer(utterance: scored.utterance)
      }
      pairs.append((scored, other))
    }
    if let alone = others.keys.min() { throw .utteranceUnpaired(utterance: alone) }
    return pairs
  }
}
