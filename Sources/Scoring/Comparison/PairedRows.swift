/// Two rows on the same speakers under the same seeds, with independent voices as the units of sampling.
///
/// A natural speaker is a voice of its own. Synthetic speakers that share a base voice are not independent
/// of one another, so they are flipped and drawn together.
package struct PairedRows: Sendable, Equatable {
  /// Voices in the order of their first speaker.
  package let voices: [String]

  /// Row less baseline, `[seeds][voices]`: negative where the row is better.
  ///
  /// Of a voice, the mean over its speakers of the difference of their error rates.
  package let differences: [[Double]]

  /// Row less baseline, by speaker in the rows' order, mean over seeds.
  package let speakerDifferences: [Double]

  // Sums over a voice's speakers, [seeds][voices].
  let baselineCounts, rowCounts: [[ErrorCount]]

  /// Pairs a row with its baseline.
  ///
  /// - Throws: ``ScoringError/rowsNotPaired(row:difference:)``.
  package init(baseline: RowErrors, row: RowErrors) throws(ScoringError) {
    guard row.speakers.map(\.name) == baseline.speakers.map(\.name) else {
      throw .rowsNotPaired(row: row.row, difference: .speakers)
    }
    guard row.speakers == baseline.speakers else {
      throw .rowsNotPaired(row: row.row, difference: .voices)
    }
    guard row.seeds == baseline.seeds else { throw .rowsNotPaired(row: row.row, difference: .seeds) }
    var order: [String: Int] = [:]
    var voices: [String] = []
    let voiceOf = row.speakers.map { speaker in
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
    for (after, before) in zip(row.counts, baseline.counts) {
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
    speakerDifferences = bySpeaker.map { $0 / Double(row.seeds.count) }
    baselineCounts = baseline.counts.map { Self.summed($0, by: voiceOf, count: count) }
    rowCounts = row.counts.map { Self.summed($0, by: voiceOf, count: count) }
  }

  private static func summed(_ counts: [ErrorCount], by voiceOf: [Int], count: Int) -> [ErrorCount] {
    var sums = [ErrorCount](repeating: ErrorCount(errors: 0, total: 0), count: count)
    for (speaker, voice) in voiceOf.enumerated() {
      sums[voice].errors += counts[speaker].errors
      sums[voice].total += counts[speaker].total
    }
    return sums
  }

  /// The samples of the primary test: by voice, the difference averaged over seeds, `[voices]`.
  package var voiceDifferences: [Double] {
    voices.indices.map { voice in
      differences.reduce(0) { $0 + $1[voice] } / Double(differences.count)
    }
  }

  /// Row less baseline by seed, mean over voices, `[seeds]`.
  package var seedDifferences: [Double] {
    differences.map { $0.reduce(0, +) / Double($0.count) }
  }

  /// The primary estimate: mean over voices of ``voiceDifferences``.
  package var meanDifference: Double { voiceDifferences.reduce(0, +) / Double(voices.count) }

  /// Σ errors / Σ total over seeds and speakers, row less baseline.
  package var pooledDifference: Double {
    func rate(_ counts: [[ErrorCount]]) -> Double {
      let (errors, total) = counts.joined().reduce((0, 0)) { ($0.0 + $1.errors, $0.1 + $1.total) }
      return Double(errors) / Double(total)
    }
    return rate(rowCounts) - rate(baselineCounts)
  }
}
