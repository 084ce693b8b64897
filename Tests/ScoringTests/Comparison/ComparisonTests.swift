import Foundations
import Scoring
import TestSupport
import Testing

/// A contender of counts `[seeds][speakers]`, each of `total`.
func contender(
  _ name: String, _ errors: [[Int]], total: Int = 100, voices: [String]? = nil, seeds: [UInt64]? = nil
) throws -> ContenderErrors {
  try ContenderErrors(
    name: name,
    speakers: errors[0].indices.map { TestSpeaker(name: "s\($0)", voice: voices?[$0]) },
    seeds: seeds ?? errors.indices.map { UInt64($0) },
    counts: errors.map { $0.map { ErrorCount(errors: $0, total: total) } })
}

@Suite("Comparison")
struct ComparisonTests {
  let quick: SignificanceOptions = {
    var options = SignificanceOptions()
    options.bootstrapDraws = 200
    return options
  }()

  @Test("six voices that all gain make a contender better, and the baseline worse than it")
  func verdicts() throws {
    let base = try contender("mel", [[30, 31, 32, 33, 34, 35], [31, 32, 33, 34, 35, 36]])
    let other = try contender("fft", [[28, 29, 31, 32, 31, 33], [29, 30, 32, 32, 33, 35]])
    let better = try Comparison(baseline: base, contenders: [other], options: quick).contenders[0]
    #expect(better.verdict == .better && better.test.pValue == 0.03125 && better.adjustedP == 0.03125)
    #expect(abs(better.difference - -0.0175) < 1e-12 && abs(better.pooledDifference - -0.0175) < 1e-12)
    #expect(better.interval.lower <= better.difference && better.difference <= better.interval.upper)
    #expect(better.interval.upper < 0 && better.probabilityOfImprovement == 1)
    #expect(better.voiceCount == 6)
    for (found, expected) in zip(better.seedDifferences, [-11.0 / 600, -10.0 / 600]) {
      #expect(abs(found - expected) < 1e-12)
    }
    for (found, expected) in zip(better.speakerDifferences, [-0.02, -0.02, -0.01, -0.015, -0.025, -0.015]) {
      #expect(abs(found - expected) < 1e-12)
    }
    let worse = try Comparison(baseline: other, contenders: [base], options: quick).contenders[0]
    #expect(worse.verdict == .worse && worse.test == better.test)
    #expect(worse.probabilityOfImprovement == 0)
  }

  @Test("fewer than six voices have no verdict, however large the difference")
  func tooFewVoices() throws {
    let five = try Comparison(
      baseline: contender("mel", [[90, 90, 90, 90, 90]]), contenders: [contender("fft", [[1, 2, 3, 4, 5]])],
      options: quick)
    #expect(five.contenders[0].verdict == .tooFewSpeakers && five.contenders[0].test.pValue == 0.0625)
    let one = try Comparison(
      baseline: contender("mel", [[9]]), contenders: [contender("fft", [[1]])], options: quick)
    #expect(one.contenders[0].verdict == .tooFewSpeakers && one.contenders[0].test.pValue == 1)
    #expect(one.contenders[0].interval == Interval(lower: -0.08, upper: -0.08))
  }

  @Test("synthetic speakers with the same voice count once")
  func sharedVoice() throws {
    let voices = ["a", "a", "b", "b", "b", "c", "d", "d", "e", "e"]
    let base = try contender("mel", [[Int](repeating: 50, count: 10)], voices: voices)
    let other = try contender("fft", [[40, 42, 40, 41, 42, 40, 40, 40, 41, 43]], voices: voices)
    let compared = try Comparison(baseline: base, contenders: [other], options: quick).contenders[0]
    #expect(compared.verdict == .tooFewSpeakers && compared.voiceCount == 5)
    #expect(compared.test.pValue == 2.0 / 32)
    // Voices have equal weight, whatever their number of speakers.
    #expect(abs(compared.difference - -(9 + 9 + 10 + 10 + 8) / 500) < 1e-12)
    #expect(compared.speakerDifferences.count == 10)
  }

  @Test("a contender against itself shows no difference")
  func itself() throws {
    let errors = [[12, 15, 30, 22, 11, 19, 25], [14, 15, 28, 21, 10, 19, 27]]
    let same = try Comparison(
      baseline: contender("mel", errors), contenders: [contender("again", errors)], options: quick
    )
    .contenders[0]
    #expect(same.verdict == .noDifferenceShown && same.test.pValue == 1 && same.difference == 0)
    #expect(same.probabilityOfImprovement == 0.5 && same.interval == Interval(lower: 0, upper: 0))
  }

  @Test("Holm's adjustment is over the family and changes only adjusted p and verdict")
  func family() throws {
    let base = try contender("mel", [[30, 31, 32, 33, 34, 35]])
    let (one, other) = (
      try contender("a", [[28, 30, 31, 30, 31, 33]]), try contender("b", [[29, 28, 31, 32, 31, 33]])
    )
    let alone = try Comparison(baseline: base, contenders: [one], options: quick).contenders[0]
    let family = try Comparison(baseline: base, contenders: [other, one], options: quick)
    #expect(
      family.contenders.map(\.contender) == ["b", "a"]
        && family.contenders.map(\.adjustedP) == [0.0625, 0.0625])
    #expect(family.contenders.map(\.verdict) == [.noDifferenceShown, .noDifferenceShown])
    #expect(alone.verdict == .better)
    var expected = alone
    (expected.adjustedP, expected.verdict) = (0.0625, .noDifferenceShown)
    #expect(family.contenders[1] == expected)
  }

  @Test("the same seed gives the same comparison, and another seed other intervals")
  func seeds() throws {
    var generator = SplitMix64(seed: 4)
    let base = try contender(
      "mel", (0..<3).map { _ in (0..<30).map { _ in Int.random(in: 10...40, using: &generator) } })
    let other = try contender(
      "fft", (0..<3).map { _ in (0..<30).map { _ in Int.random(in: 8...40, using: &generator) } })
    let first = try Comparison(baseline: base, contenders: [other])
    #expect(try Comparison(baseline: base, contenders: [other]) == first)
    var options = SignificanceOptions()
    options.seed = 2
    let second = try Comparison(baseline: base, contenders: [other], options: options)
    #expect(second.contenders[0].interval != first.contenders[0].interval)
    #expect(second.contenders[0].difference == first.contenders[0].difference)
    // The intervals of two seeds agree within the noise of 10,000 draws.
    #expect(abs(second.contenders[0].interval.lower - first.contenders[0].interval.lower) < 0.003)
  }

  @Test("the variance of the bootstrap is that of voices and seeds, each divided by its number")
  func bootstrapVariance() throws {
    // d[s, v] = a[s] + b[v]: the variance of a draw is var(a) / S + var(b) / V.
    let (ofSeed, ofVoice) = ([0, 60, 120, 180, 240], (0..<40).map { 7 * $0 })
    let base = try contender("mel", ofSeed.map { _ in ofVoice.map { _ in 5_000 } }, total: 10_000)
    let other = try contender("fft", ofSeed.map { a in ofVoice.map { 5_000 + a + $0 } }, total: 10_000)
    func variance(_ values: [Int]) -> Double {
      let mean = Double(values.reduce(0, +)) / Double(values.count)
      return values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(values.count)
    }
    let deviation = (variance(ofSeed) / 5 + variance(ofVoice) / 40).squareRoot() / 10_000
    let found = try Comparison(baseline: base, contenders: [other]).contenders[0]
    let width = found.interval.upper - found.interval.lower
    #expect(abs(width / (2 * 1.96 * deviation) - 1) < 0.04)
    #expect(abs((found.interval.upper + found.interval.lower) / 2 - found.difference) < 0.1 * deviation)
    // With one seed, voices alone vary.
    let pair = try PairedContenders(baseline: base, contender: other)
    let single = try Bootstrap(pair, seedIndex: 2)
    let narrower = single.meanInterval.upper - single.meanInterval.lower
    #expect(abs(narrower / (2 * 1.96 * (variance(ofVoice) / 40).squareRoot() / 10_000) - 1) < 0.04)
    #expect(abs((single.meanInterval.upper + single.meanInterval.lower) / 2 - 0.02565) < 2e-4)
  }

  @Test("rates are pooled over counts and averaged over voices")
  func pooling() throws {
    let speakers = (0..<2).map { TestSpeaker(name: "s\($0)") }
    let base = try ContenderErrors(
      name: "mel", speakers: speakers, seeds: [1],
      counts: [[ErrorCount(errors: 10, total: 100), ErrorCount(errors: 0, total: 900)]])
    let other = try ContenderErrors(
      name: "fft", speakers: speakers, seeds: [1],
      counts: [[ErrorCount(errors: 0, total: 100), ErrorCount(errors: 9, total: 900)]])
    let pair = try PairedContenders(baseline: base, contender: other)
    #expect(abs(pair.meanDifference - -0.045) < 1e-15)
    #expect(abs(pair.pooledDifference - -0.001) < 1e-15)
  }

  @Test("the ends of an interval are order statistics of the draws")
  func percentiles() throws {
    // One voice better and one worse: a draw is −1, 0 or 1 with odds 1, 2, 1.
    let pair = try PairedContenders(
      baseline: contender("mel", [[50, 50]]), contender: contender("fft", [[40, 60]]))
    let bootstrap = try Bootstrap(pair)
    #expect(
      abs(bootstrap.meanInterval.lower - -0.1) < 1e-12 && abs(bootstrap.meanInterval.upper - 0.1) < 1e-12)
    #expect(abs(bootstrap.probabilityOfImprovement - 0.5) < 0.02)
    var options = SignificanceOptions()
    options.confidenceLevel = 0.5
    options.bootstrapDraws = 1
    let one = try Bootstrap(pair, options: options)
    #expect(one.meanInterval.lower == one.meanInterval.upper)
  }

  @Test("contenders that are not paired are refused")
  func unpairedRows() throws {
    let base = try contender("mel", [[1, 2]])
    func refused(_ other: ContenderErrors) -> ScoringError? {
      do throws(ScoringError) {
        _ = try Comparison(baseline: base, contenders: [other])
        return nil
      } catch { return error }
    }
    #expect(
      refused(try contender("a", [[1, 2, 3]])) == .contendersNotPaired(contender: "a", difference: .speakers))
    #expect(
      refused(try contender("a", [[1, 2]], voices: ["v", "v"]))
        == .contendersNotPaired(contender: "a", difference: .voices))
    #expect(
      refused(try contender("a", [[1, 2]], seeds: [7]))
        == .contendersNotPaired(contender: "a", difference: .seeds))
    #expect(refused(try contender("mel", [[1, 2]])) == .duplicateContender(contender: "mel"))
    #expect(refused(try contender("a", [[1, 2]])) == nil)
  }

  @Test("contenders with impossible counts are refused")
  func impossibleCounts() throws {
    let speaker = TestSpeaker(name: "s")
    func refused(_ speakers: [TestSpeaker], _ seeds: [UInt64], _ counts: [[ErrorCount]]) -> ScoringError? {
      do throws(ScoringError) {
        _ = try ContenderErrors(name: "a", speakers: speakers, seeds: seeds, counts: counts)
        return nil
      } catch { return error }
    }
    let good = ErrorCount(errors: 3, total: 2)
    #expect(refused([speaker], [1], [[good]]) == nil)
    #expect(refused([], [1], [[]]) == .emptyContender(contender: "a"))
    #expect(refused([speaker], [], []) == .emptyContender(contender: "a"))
    #expect(refused([speaker, speaker], [1], [[good, good]]) == .duplicateSpeaker(speaker: "s"))
    #expect(
      refused([speaker], [1], [[good, good]])
        == .countsShape(contender: "a", expectedSeeds: 1, expectedSpeakers: 1)
    )
    for bad in [
      ErrorCount(errors: 0, total: 0), ErrorCount(errors: -1, total: 1),
      ErrorCount(errors: .max, total: .max),
    ] {
      #expect(
        refused([speaker], [1], [[bad]])
          == .invalidCount(contender: "a", speaker: "s", errors: bad.errors, total: bad.total))
    }
  }

  @Test("options out of range are refused")
  func optionsOutOfRange() throws {
    let base = try contender("mel", [[1, 2]])
    var options = SignificanceOptions()
    options.confidenceLevel = .nan
    #expect(throws: ScoringError.self) { try Comparison(baseline: base, contenders: [], options: options) }
    options = SignificanceOptions()
    options.exactSignFlipSpeakers = 40
    #expect(
      throws: ScoringError.optionOutOfRange(option: .exactSignFlipSpeakers, found: 40, allowed: 0...24)
    ) { try Comparison(baseline: base, contenders: [], options: options) }
  }
}
