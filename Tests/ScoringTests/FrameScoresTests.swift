import Scoring
import Testing

@Suite struct FrameScoresTests {
  @Test func `a frame without a reference label is not counted, one without a hypothesis is wrong`() throws {
    var tally = FrameTally(classCount: 3)
    try tally.add(reference: [0, 1, -1, 2, 2, -1], hypothesis: [0, 2, 1, -1, 2, -1])
    #expect((tally.frameCount, tally.correct, tally.errorCount) == (4, 2, 2))
    #expect(tally.errorRate == 0.5 && tally.accuracy == 0.5)
    #expect(tally.confusions == [1, 0, 0, 0, 0, 1, 0, 0, 1])
    #expect(tally.unclassifiedByClass == [0, 0, 1])
    let last = tally.counts(ofClass: 2)
    #expect((last.frames, last.correct, last.hypothesized) == (2, 1, 2))
    #expect(last.recall == 0.5 && last.precision == 0.5)
  }

  @Test func `nothing counted has no rate`() throws {
    var tally = FrameTally(classCount: 2)
    #expect(tally.errorRate == nil && tally.accuracy == nil)
    try tally.add(reference: [-1], hypothesis: [0])
    #expect(tally.errorRate == nil && tally.counts(ofClass: 1).recall == nil)
  }

  @Test func `other lengths and labels are refused, and nothing is counted`() throws {
    var scores = FrameScores(classCount: 2)
    #expect(throws: ScoringError.lengthMismatch(reference: 2, hypothesis: 1)) {
      try scores.add(speaker: "s", reference: [0, 1], hypothesis: [0])
    }
    #expect(throws: ScoringError.labelOutOfRange(label: 2, classes: 2)) {
      try scores.add(speaker: "s", reference: [0, 1], hypothesis: [0, 2])
    }
    #expect(scores == FrameScores(classCount: 2))
  }

  @Test func `folding a tally is tallying folded labels`() throws {
    let map: [Int32] = [0, 1, -1, 1]
    let (reference, hypothesis): ([Int32], [Int32]) = ([0, 1, 2, 3, 3, 1, 0, -1], [0, 3, 0, 2, 1, -1, 1, 1])
    var fine = FrameTally(classCount: 4)
    try fine.add(reference: reference, hypothesis: hypothesis)
    func fold(_ labels: [Int32]) -> [Int32] { labels.map { $0 < 0 ? -1 : map[Int($0)] } }
    var coarse = FrameTally(classCount: 2)
    try coarse.add(reference: fold(reference), hypothesis: fold(hypothesis))
    #expect(try fine.folded(by: map, classCount: 2) == coarse)
    #expect(throws: ScoringError.labelOutOfRange(label: 1, classes: 1)) {
      try fine.folded(by: map, classCount: 1)
    }
    #expect(throws: ScoringError.classCountMismatch(expected: 4, found: 1)) {
      try fine.folded(by: [0], classCount: 1)
    }
  }

  @Test func `rows are made of scores by seed, speakers in the order of names`() throws {
    var scores = FrameScores(classCount: 2)
    try scores.add(speaker: "b", reference: [0, 1], hypothesis: [0, 0])
    try scores.add(speaker: "a", reference: [1], hypothesis: [1])
    let row = try RowErrors(
      row: "mel", scores: [(7, scores.errorCountsBySpeaker), (9, scores.errorCountsBySpeaker)],
      voices: ["b": "v"])
    #expect(
      row.speakers == [TestSpeaker(name: "a"), TestSpeaker(name: "b", voice: "v")] && row.seeds == [7, 9])
    #expect(row.counts[1] == [ErrorCount(errors: 0, total: 1), ErrorCount(errors: 1, total: 2)])
    #expect(throws: ScoringError.rowsNotPaired(row: "mel", difference: .speakers)) {
      try RowErrors(row: "mel", scores: [(7, scores.errorCountsBySpeaker), (9, [])])
    }
    #expect(throws: ScoringError.emptyRow(row: "mel")) { try RowErrors(row: "mel", scores: []) }
  }

  @Test func `speakers are tallied apart and together, and merge in any order`() throws {
    var one = FrameScores(classCount: 2)
    try one.add(speaker: "b", reference: [0, 0, 1], hypothesis: [0, 1, 1])
    var other = FrameScores(classCount: 2)
    try other.add(speaker: "a", reference: [1], hypothesis: [0])
    try other.add(speaker: "b", reference: [1], hypothesis: [1])
    var (forward, backward) = (one, other)
    try forward.merge(other)
    try backward.merge(one)
    #expect(forward == backward)
    #expect(forward.total.errorRate == 0.4)
    #expect(forward.errorCountsBySpeaker.map(\.speaker) == ["a", "b"])
    #expect(
      forward.errorCountsBySpeaker.map(\.count) == [.init(errors: 1, total: 1), .init(errors: 1, total: 4)])
  }
}
