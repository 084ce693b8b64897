/// A speaker of the test set.
package struct TestSpeaker: Sendable, Equatable, Codable {
  package var name: String

  /// The independent unit: the speaker or, for synthetic speech, the base voice that speakers share.
  package var voice: String

  /// A speaker; `voice` is nil for a natural one.
  package init(name: String, voice: String? = nil) {
    self.name = name
    self.voice = voice ?? name
  }
}

/// The error counts of one contender of a comparison, for every seed and test speaker.
package struct ContenderErrors: Sendable, Equatable {
  package let name: String
  package let speakers: [TestSpeaker]

  /// The training seeds; seed k of one contender is paired with seed k of another.
  package let seeds: [UInt64]

  /// `[seeds][speakers]`.
  package let counts: [[ErrorCount]]

  /// The counts from counts `[seeds][speakers]`.
  ///
  /// - Throws: ``ScoringError/emptyContender(contender:)``, ``ScoringError/duplicateSpeaker(speaker:)``,
  ///   ``ScoringError/countsShape(contender:expectedSeeds:expectedSpeakers:)``, and
  ///   ``ScoringError/invalidCount(contender:speaker:errors:total:)`` for negative errors or an empty
  ///   reference.
  package init(
    name: String, speakers: [TestSpeaker], seeds: [UInt64], counts: [[ErrorCount]]
  ) throws(ScoringError) {
    guard !speakers.isEmpty, !seeds.isEmpty else { throw .emptyContender(contender: name) }
    var names: Set<String> = []
    for speaker in speakers where !names.insert(speaker.name).inserted {
      throw .duplicateSpeaker(speaker: speaker.name)
    }
    guard counts.count == seeds.count, counts.allSatisfy({ $0.count == speakers.count }) else {
      throw .countsShape(contender: name, expectedSeeds: seeds.count, expectedSpeakers: speakers.count)
    }
    for (speaker, count) in counts.flatMap({ zip(speakers, $0) }) {
      // Counts beyond 2⁴⁰ are not counts, and their sums must not overflow.
      guard count.errors >= 0, count.total > 0, count.errors <= 1 << 40, count.total <= 1 << 40 else {
        throw .invalidCount(
          contender: name, speaker: speaker.name, errors: count.errors, total: count.total)
      }
    }
    self.name = name
    self.speakers = speakers
    self.seeds = seeds
    self.counts = counts
  }

  /// The counts from each seed's ``FrameScores/errorCountsBySpeaker`` or
  /// ``PhoneScores/errorCountsBySpeaker``.
  ///
  /// - Parameters:
  ///   - name: of the contender.
  ///   - scores: of each seed, with the same speakers in the same order.
  ///   - voices: the base voices of synthetic speakers.
  /// - Throws: the errors of ``init(name:speakers:seeds:counts:)``, and
  ///   ``ScoringError/contendersNotPaired(contender:difference:)`` if seeds have different speakers.
  package init(
    name: String, scores: [(seed: UInt64, counts: [(speaker: String, count: ErrorCount)])],
    voices: [String: String] = [:]
  ) throws(ScoringError) {
    let names = scores.first?.counts.map(\.speaker) ?? []
    guard scores.allSatisfy({ $0.counts.map(\.speaker) == names }) else {
      throw .contendersNotPaired(contender: name, difference: .speakers)
    }
    try self.init(
      name: name, speakers: names.map { TestSpeaker(name: $0, voice: voices[$0]) },
      seeds: scores.map(\.seed), counts: scores.map { $0.counts.map(\.count) })
  }
}
