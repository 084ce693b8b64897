import Scoring
import Testing

@Suite("PhoneScores")
struct PhoneScoresTests {
  let table: PhoneTable

  init() throws { table = try PhoneTable(symbols: ["sil", "a", "b", "c"], silence: "sil") }

  private func tally(
    _ convention: PhoneScoringConvention, _ reference: [Int32], _ hypothesis: [Int32]
  ) throws -> PhoneTally {
    let scored = try PhoneScorer(table: table, convention: convention)
      .score(utterance: "u", speaker: "s", reference: reference, hypothesis: hypothesis)
    var tally = PhoneTally(classCount: 4)
    try tally.add(scored.alignment)
    return tally
  }

  @Test("a deleted silence is an error, forgiven or merged, by convention")
  func conventions() throws {
    let (reference, hypothesis): ([Int32], [Int32]) = ([0, 0, 1, 0, 2, 0], [0, 1, 2, 0])
    let strict = try tally(.strict, reference, hypothesis)
    #expect((strict.referenceCount, strict.deletions, strict.correct) == (6, 2, 4))
    let forgiving = try tally(.forgiving, reference, hypothesis)
    #expect((forgiving.referenceCount, forgiving.errorCount, forgiving.correct) == (6, 0, 6))
    #expect(forgiving.forgivenByClass == [2, 0, 0, 0])
    let merged = try tally(.merged, reference, hypothesis)
    #expect((merged.referenceCount, merged.deletions, merged.correct) == (5, 1, 4))
  }

  @Test(
    "an inserted or confused silence is an error under every convention",
    arguments: PhoneScoringConvention.allCases)
  func insertedSilence(
    convention: PhoneScoringConvention
  ) throws {
    let inserted = try tally(convention, [1, 2], [1, 0, 2])
    #expect((inserted.insertions, inserted.errorCount, inserted.errorRate) == (1, 1, 0.5))
    let confused = try tally(convention, [0], [1])
    #expect((confused.substitutions, confused.errorCount) == (1, 1))
  }

  @Test("silences on both sides of a deleted phone are one run")
  func silenceRuns() {
    #expect(PhoneScoringConvention.merged.prepare([0, -1, 0, 1, 0, 0], silence: 0) == [0, 1, 0])
    #expect(PhoneScoringConvention.strict.prepare([0, -1, 0, 1], silence: 0) == [0, 0, 1])
  }

  @Test("an empty reference has no rate, but its insertions count")
  func emptyReference() throws {
    let tally = try tally(.strict, [], [1, 1])
    #expect(tally.errorRate == nil && tally.insertions == 2 && tally.referenceCount == 0)
    #expect(tally.erroneousUtteranceCount == 1 && tally.utteranceCount == 1)
  }

  @Test("an empty hypothesis has only deletions")
  func emptyHypothesis() throws {
    let tally = try tally(.strict, [1, 2, 3], [])
    #expect(tally.errorRate == 1 && tally.deletions == 3)
  }

  @Test("the counts of the classes add up to the total")
  func classCounts() throws {
    for set in SCTKGolden.sets {
      var scores = PhoneScores(classCount: SCTKGolden.phones.symbols.count, convention: .strict)
      for scored in try set.scored(\.A, .strict) { try scores.add(scored) }
      let classes = (0..<10).map { scores.total.counts(ofClass: $0) }
      #expect(classes.reduce(0) { $0 + $1.substitutions } == scores.total.substitutions)
      #expect(classes.reduce(0) { $0 + $1.deletions } == scores.total.deletions)
      #expect(classes.reduce(0) { $0 + $1.insertions } == scores.total.insertions)
      #expect(classes.reduce(0) { $0 + $1.correct } == scores.total.correct)
      #expect(scores.errorCountsBySpeaker.reduce(0) { $0 + $1.count.errors } == scores.total.errorCount)
      let letters = set.utterances.map(\.strictA).joined()
      #expect(scores.total.substitutions == letters.count { $0 == "S" })
      #expect(scores.total.insertions == letters.count { $0 == "I" })
    }
  }

  @Test("the order of utterances and of merging does not matter")
  func merging() throws {
    let scored = try SCTKGolden.sets[0].scored(\.B, .merged)
    var forward = PhoneScores(classCount: 10, convention: .merged)
    var (one, other) = (forward, forward)
    for utterance in scored { try forward.add(utterance) }
    for (index, utterance) in scored.reversed().enumerated() {
      if index % 3 == 0 { try one.add(utterance) } else { try other.add(utterance) }
    }
    try other.merge(one)
    #expect(other == forward)
  }

  @Test("scores under different conventions are not mixed")
  func mixedConventions() throws {
    var scores = PhoneScores(classCount: 10, convention: .strict)
    let merged = try SCTKGolden.sets[0].scored(\.A, .merged)[0]
    #expect(throws: ScoringError.conventionMismatch(expected: .strict, found: .merged)) {
      try scores.add(merged)
    }
  }

  @Test("labels outside the table are refused and nothing is counted")
  func invalidLabels() throws {
    let scorer = try PhoneScorer(table: table, convention: .strict)
    #expect(throws: ScoringError.labelOutOfRange(label: 4, classes: 4)) {
      try scorer.score(utterance: "u", speaker: "s", reference: [4], hypothesis: [])
    }
    #expect(throws: ScoringError.labelOutOfRange(label: -2, classes: 4)) {
      try scorer.score(utterance: "u", speaker: "s", reference: [], hypothesis: [-2])
    }
  }

  @Test("a convention about silence needs a table with silence")
  func missingSilence() throws {
    let table = try PhoneTable(symbols: ["a"], silence: nil)
    #expect(throws: ScoringError.silenceMissing(convention: .forgiving)) {
      try PhoneScorer(table: table, convention: .forgiving)
    }
    #expect(throws: ScoringError.duplicateSymbol("a")) { try PhoneTable(symbols: ["a", "a"], silence: nil) }
    #expect(throws: ScoringError.unknownSymbol("h#")) { try PhoneTable(symbols: ["a"], silence: "h#") }
  }
}
