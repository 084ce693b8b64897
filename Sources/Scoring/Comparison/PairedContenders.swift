/// Two contenders with the same speakers and seeds, and independent voices as the sampling unit.
///
/// A natural speaker is a voice. Synthetic speakers with the same base voice are not independent, so they are
/// flipped and drawn together.
package struct PairedContenders: Sendable, Equatable {
  /// Voices in the order of their first speaker.
  package let voices: [String]

  /// Differences of error rates, contender minus baseline, `[seeds][voices]`; negative is better.
  ///
  /// The difference of a voice is the mean over its speakers.
  package let differences: [[Double]]

  /// Differences of the speakers' error rates, averaged over seeds, in the contenders' order.
  package let speakerDifferences: [Double]

  // Sums over the speakers of a voice, [seeds][voices].
  let baselineCounts, contenderCounts: [[ErrorCount]]

  /// Pairs a contender with its baseline.
  ///
  /// - Throws: ``ScoringError/contendersNotPaired(contender:difference:)``.
  package init(baseline: ContenderErrors, contender: ContenderErrors) throws(ScoringError) {
    guard contender.speakers.map(\.name) == baseline.speakers.map(\.name) else {
      throw .contendersNotPaired(contender: contender.name, difference: .speakers)
    }
    guard contender.speakers == baseline.speakers else {
      throw .contendersNotPaired(contender: contender.name, difference: .voices)
    }
    guard contender.seeds == baseline.seeds else {
      throw .contendersNotPaired(contender: contender.name, difference: .seeds)
    }
    var order: [String: Int] = [:]
    var voices: [String] = []
    let voiceOf = contender.speakers.map { speaker in
      if let known = order[speaker.voice] { return known }
      order[speaker.voice] = voices.count
      voices.append(speaker.voice)
      return voices.count - 1
    }
    let count = voices.count
    var members = [Double](repeating: 0, count: count)
    for voice in voiceOf { members[voice] += 1 }
    var bySpeaker = [Double](repeating: 0, count: voiceOf.count)
    var byVoice: [[Double]] = []
    for (after, before) in zip(contender.counts, baseline.counts) {
      var sums = [Double](repeating: 0, count: count)
      for (speaker, voice) in voiceOf.enumerated() {
        let difference = after[speaker].rate - before[speaker].rate
        bySpeaker[speaker] += difference
        sums[voice] += difference
      }
      byVoice.append(zip(sums, members).map { $0 / $1 })
    }
    self.voices = voices
    differences = byVoice
    speakerDifferences = bySpeaker.map { $0 / Double(contender.seeds.count) }
    baselineCounts = baseline.counts.map { Self.summed($0, by: voiceOf, count: count) }
    contenderCounts = contender.counts.map { Self.summed($0, by: voiceOf, count: count) }
  }

  private static func summed(_ counts: [ErrorCount], by voiceOf: [Int], count: Int) -> [ErrorCount] {
    var sums = [ErrorCount](repeating: ErrorCount(errors: 0, total: 0), count: count)
    for (speaker, voice) in voiceOf.enumerated() {
      sums[voice].errors += counts[speaker].errors
      sums[voice].total += counts[speaker].total
    }
    return sums
  }

  /// The samples of the primary test: differences averaged over seeds, `[voices]`.
  package var voiceDifferences: [Double] {
    voices.indices.map { voice in
      differences.reduce(0) { $0 + $1[voice] } / Double(differences.count)
    }
  }

  /// Differences averaged over voices, `[seeds]`.
  package var seedDifferences: [Double] {
    differences.map { $0.reduce(0, +) / Double($0.count) }
  }

  /// The primary estimate: the mean of ``voiceDifferences``.
  package var meanDifference: Double { voiceDifferences.reduce(0, +) / Double(voices.count) }

  /// The difference of Σ errors / Σ total over seeds and speakers, contender minus baseline.
  package var pooledDifference: Double {
    func rate(_ counts: [[ErrorCount]]) -> Double {
      let (errors, total) = counts.joined().reduce((0, 0)) { ($0.0 + $1.errors, $0.1 + $1.total) }
      return Double(errors) / Double(total)
    }
    return rate(contenderCounts) - rate(baselineCounts)
  }
}
