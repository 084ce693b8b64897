import Scoring
import TestSupport
import Testing

/// The sign test of sc_stats, which splits zeros evenly, an odd one to the smaller count.
private func pValueSharingZeros(_ test: SignTest) -> Double {
  let (less, more) = (min(test.positive, test.negative), max(test.positive, test.negative))
  return FairCoin.twoSidedP(less + (test.zero + 1) / 2, more + test.zero / 2)
}

/// Expects the segments, statistics and p values of sc_stats, to its printed digits.
func expectAgreement(with set: SCTKGolden.Set) throws {
  let comparison = try SeedComparison(contender: set.scored(\.A, .strict), baseline: set.scored(\.B, .strict))
  let test = comparison.matchedPairs
  #expect(test.segmentCount == set.segments)
  #expect([test.referenceCount, test.firstErrors, test.secondErrors] == set.segmentErrors)
  #expect(abs(test.mean - set.mean) <= 0.00051)
  #expect(abs(test.standardDeviation - set.standardDeviation) <= 0.00051)
  #expect(abs(test.z - set.z) <= 0.00051)
  let mcNemar = comparison.mcNemar
  // This test's golden file also has the table of segments; utterances have a file of their own.
  let found = [mcNemar.bothRight, mcNemar.secondOnlyWrong, mcNemar.firstOnlyWrong, mcNemar.bothWrong]
  #expect(set.mcNemar.map { $0 == found } ?? true)
  if let p = set.mcNemarP {
    // Beyond 20 discordant utterances sc_stats uses a normal approximation.
    let isExact = mcNemar.firstOnlyWrong + mcNemar.secondOnlyWrong <= 20
    #expect(abs(mcNemar.pValue - p) <= (isExact ? 0.00051 : 0.005))
  }
  if let p = set.signP { #expect(abs(pValueSharingZeros(comparison.sign) - p) <= 0.00051) }
  #expect(
    [comparison.sign.positive, comparison.sign.negative].sorted() == set.signCounts.prefix(2).sorted())
  #expect(comparison.sign.zero == set.signCounts[2])
  if comparison.sign.zero == 0 {
    #expect(
      [comparison.wilcoxon.positiveRankSum, comparison.wilcoxon.negativeRankSum].sorted()
        == set.rankSums.sorted())
    if let z = set.wilcoxonZ {
      // sc_stats does not correct the variance for ties.
      let n = Double(comparison.wilcoxon.count)
      let uncorrected =
        (comparison.wilcoxon.positiveRankSum - n * (n + 1) / 4)
        / (n * (n + 1) * (2 * n + 1) / 24).squareRoot()
      #expect(abs(uncorrected.magnitude - z.magnitude) <= 0.0051)
    }
  }
}

@Suite("MatchedPairs")
struct MatchedPairsTests {
  @Test("segments, mean, deviation and Z are those of sc_stats", arguments: SCTKGolden.sets)
  func golden(
    set: SCTKGolden.Set
  ) throws {
    try expectAgreement(with: set)
  }

  @Test("a segment reaches from one run of correct phones to the next and counts the errors between them")
  func segments() {
    func segments(_ first: String, _ second: String) -> [MatchedSegment] {
      MatchedPairs.segments(PhoneAlignment(letters: first), PhoneAlignment(letters: second))
    }
    #expect(segments("CCCC", "CCCC").isEmpty)
    #expect(
      segments("CCSCCCC", "CCCCCCC") == [MatchedSegment(firstErrors: 1, secondErrors: 0, referenceCount: 5)])
    // One correct phone does not separate two errors; two do.
    #expect(
      segments("CCSCSCC", "CCCCCCC") == [MatchedSegment(firstErrors: 2, secondErrors: 0, referenceCount: 7)])
    #expect(
      segments("CCSCCSCC", "CCCCCCCC")
        == [
          MatchedSegment(firstErrors: 1, secondErrors: 0, referenceCount: 5),
          MatchedSegment(firstErrors: 1, secondErrors: 0, referenceCount: 5),
        ])
    // Errors at the end form a segment, as do insertions of either system after the last phone.
    #expect(segments("CCCS", "CCCC") == [MatchedSegment(firstErrors: 1, secondErrors: 0, referenceCount: 3)])
    #expect(segments("CCCI", "CCC") == [MatchedSegment(firstErrors: 1, secondErrors: 0, referenceCount: 2)])
    #expect(segments("CCC", "CCCI") == [MatchedSegment(firstErrors: 0, secondErrors: 1, referenceCount: 2)])
    // An empty reference.
    #expect(segments("", "II") == [MatchedSegment(firstErrors: 0, secondErrors: 2, referenceCount: 0)])
    #expect(segments("I", "") == [MatchedSegment(firstErrors: 1, secondErrors: 0, referenceCount: 0)])
  }

  @Test("exchanging the systems negates the mean and Z", arguments: SCTKGolden.sets)
  func exchange(
    set: SCTKGolden.Set
  ) throws {
    let (one, other) = (try set.scored(\.A, .forgiving), try set.scored(\.B, .forgiving))
    let forward = try SeedComparison(contender: one, baseline: other)
    let backward = try SeedComparison(contender: other, baseline: one)
    #expect(forward.matchedPairs.segmentCount == backward.matchedPairs.segmentCount)
    #expect(abs(forward.matchedPairs.z + backward.matchedPairs.z) < 1e-12)
    #expect(forward.mcNemar.pValue == backward.mcNemar.pValue)
    #expect(forward.wilcoxon.pValue == backward.wilcoxon.pValue)
  }

  @Test("systems without a difference, or with a constant one, have Z 0 and p 1")
  func constantDifferences() {
    let none = MatchedPairs(segments: [])
    #expect(none.z == 0 && none.pValue == 1 && none.mean == 0)
    let one = MatchedPairs(segments: [MatchedSegment(firstErrors: 2, secondErrors: 1, referenceCount: 3)])
    #expect(one.mean == 1 && one.z == 0 && one.pValue == 1)
  }

  @Test("utterances must be paired, unique, and have one reference and one convention")
  func pairing() throws {
    let set = SCTKGolden.sets[0]
    let (a, b) = (try set.scored(\.A, .strict), try set.scored(\.B, .strict))
    #expect(throws: ScoringError.utteranceUnpaired(utterance: a[3].utterance)) {
      try SeedComparison(contender: a, baseline: b.filter { $0.utterance != a[3].utterance })
    }
    #expect(throws: ScoringError.utteranceUnpaired(utterance: a[3].utterance)) {
      try SeedComparison(contender: a.filter { $0.utterance != a[3].utterance }, baseline: b)
    }
    #expect(throws: ScoringError.duplicateUtterance(utterance: a[0].utterance)) {
      try SeedComparison(contender: a + [a[0]], baseline: b)
    }
    #expect(throws: ScoringError.conventionMismatch(expected: .merged, found: .strict)) {
      try SeedComparison(contender: a, baseline: set.scored(\.B, .merged))
    }
    var moved = b
    moved[0].speaker = "another"
    #expect(throws: ScoringError.speakerMismatch(utterance: a[0].utterance)) {
      try SeedComparison(contender: a, baseline: moved)
    }
    moved = b
    moved[0].alignment = PhoneAlignment(reference: [1], hypothesis: [1])
    #expect(throws: ScoringError.referencesDiffer(utterance: a[0].utterance)) {
      try SeedComparison(contender: a, baseline: moved)
    }
  }
}
