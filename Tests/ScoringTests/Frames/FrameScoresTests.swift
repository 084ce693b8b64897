import Scoring
import Testing

@Suite("FrameScores")
struct FrameScoresTests {
  @Test("a frame without a reference label is not counted, and one without a hypothesis is wrong")
  func unlabeledFrames() throws {
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

  @Test("without counted frames there is no rate")
  func noFrames() throws {
    var tally = FrameTally(classCount: 2)
    #expect(tally.errorRate == nil && tally.accuracy == nil)
    try tally.add(reference: [-1], hypothesis: [0])
    #expect(tally.errorRate == nil && tally.counts(ofClass: 1).recall == nil)
  }

  @Test("unequal lengths and invalid labels are refused, and nothing is counted")
  func invalidLabels() throws {
    var scores = FrameScores(classCount: 2)
    #expect(throws: ScoringError.lengthMismatch(reference: 2, hypothesis: 1)) {
      try scores.add(speaker: "s", reference: [0, 1], hypothesis: [0])
    }
    #expect(throws: ScoringError.labelOutOfRange(label: 2, classes: 2)) {
      try scores.add(speaker: "s", reference: [0, 1], hypothesis: [0, 2])
    }
    #expect(scores == FrameScores(classCount: 2))
  }

  @Test("a folded tally equals the tally of folded labels")
  func folding() throws {
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

  @Test("a contender is made of the scores of its seeds, with speakers in order of their names")
  func contenders() throws {
    var scores = FrameScores(classCount: 2)
    try scores.add(speaker: "b", reference: [0, 1], hypothesis: [0, 0])
    try scores.add(speaker: "a", reference: [1], hypothesis: [1])
    let contender = try ContenderErrors(
      name: "mel", scores: [(7, scores.errorCountsBySpeaker), (9, scores.errorCountsBySpeaker)],
      voices: ["b": "v"])
    #expect(
      contender.speakers == [TestSpeaker(name: "a"), TestSpeaker(name: "b", voice: "v")]
        && contender.seeds == [7, 9])
    #expect(contender.counts[1] == [ErrorCount(errors: 0, total: 1), ErrorCount(errors: 1, total: 2)])
    #expect(throws: ScoringError.contendersNotPaired(contender: "mel", difference: .speakers)) {
      try ContenderErrors(name: "mel", scores: [(7, scores.errorCountsBySpeaker), (9, [])])
    }
    #expect(throws: ScoringError.emptyContender(contender: "mel")) {
      try ContenderErrors(name: "mel", scores: [])
    }
  }

  @Test("speakers are counted separately and together, and merge in any order")
  func merging() throws {
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
