/// The frame scores of a test set, in total and by speaker.
package struct FrameScores: Sendable, Equatable {
  package private(set) var total: FrameTally
  package private(set) var bySpeaker: [String: FrameTally] = [:]

  package init(classCount: Int) { total = FrameTally(classCount: classCount) }

  /// Counts the frames of one utterance; the order of utterances does not matter.
  ///
  /// - Throws: the errors of ``FrameTally/add(reference:hypothesis:)``.
  package mutating func add(
    speaker name: String, reference: [Int32], hypothesis: [Int32]
  ) throws(ScoringError) {
    try total.add(reference: reference, hypothesis: hypothesis)
    try bySpeaker[name, default: FrameTally(classCount: total.classCount)]
      .add(reference: reference, hypothesis: hypothesis)
  }

  /// Adds the scores of other utterances.
  ///
  /// - Throws: ``ScoringError/classCountMismatch(expected:found:)``.
  package mutating func merge(_ other: FrameScores) throws(ScoringError) {
    try total.merge(other.total)
    for (name, tally) in other.bySpeaker {
      try bySpeaker[name, default: FrameTally(classCount: total.classCount)].merge(tally)
    }
  }

  /// Errors and frames by speaker in order of names, for ``ContenderErrors``.
  package var errorCountsBySpeaker: [(speaker: String, count: ErrorCount)] {
    bySpeaker.sorted { $0.key < $1.key }.map {
      ($0.key, ErrorCount(errors: $0.value.errorCount, total: $0.value.frameCount))
    }
  }
}
