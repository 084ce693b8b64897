/// Statistics of the training labels: frames of each class and phone bigrams.
///
/// Counts are integers, so they do not depend on the order of utterances.
package struct PhoneStatistics: Sendable, Equatable {
  package let classCount: Int

  /// Frames of each class, `[classes]`.
  package private(set) var frames: [Int]

  /// Counts of the column's phone after the row's, `[classes + 1, classes + 1]`; the last row is the start of
  /// an utterance, the last column its end.
  package private(set) var successions: [Int]

  package init(classCount: Int) {
    precondition(classCount > 0 && classCount <= 1 << 10, "a phone set, not a vocabulary")
    self.classCount = classCount
    frames = [Int](repeating: 0, count: classCount)
    successions = [Int](repeating: 0, count: (classCount + 1) * (classCount + 1))
  }

  /// Counts frames, except those of label −1.
  package mutating func add(frameLabels: UnsafeBufferPointer<Int32>) {
    for label in frameLabels where label >= 0 { frames[Int(label)] += 1 }
  }

  /// Counts the phones of an utterance; deleted phones (−1) are left out first.
  package mutating func add(phones: some Sequence<Int32>) {
    var last = classCount
    for phone in phones where phone >= 0 {
      successions[last * (classCount + 1) + Int(phone)] += 1
      last = Int(phone)
    }
    if last != classCount { successions[last * (classCount + 1) + classCount] += 1 }
  }

  /// Adds the counts of other utterances.
  package mutating func merge(_ other: PhoneStatistics) {
    precondition(other.classCount == classCount, "statistics over other classes")
    for i in frames.indices { frames[i] += other.frames[i] }
    for i in successions.indices { successions[i] += other.successions[i] }
  }
}

extension PhoneStatistics {
  /// Log priors ln((n_c + 1) / Σ(n + 1)), `[classes]`; adding one keeps classes without frames finite.
  package var logPriors: [Float] {
    let total = Double(frames.reduce(0, +) + classCount)
    return frames.map { Float(logarithm(Double($0 + 1) / total)) }
  }

  /// ln P(column | row), laid out like ``successions``.
  ///
  /// Interpolated Witten–Bell smoothing, with T(a) distinct successors of a,
  ///
  ///     P(b | a) = (c(a, b) + T(a) P(b)) / (c(a) + T(a)),   P(b) = (c(b) + 1) / Σ(c + 1)
  ///
  /// so no succession is impossible; after an unseen phone, P(b). Source: Witten and Bell (1991), in the form
  /// of Chen and Goodman (1998).
  package var logSuccessions: [Float] {
    let side = classCount + 1
    let occurrences = (0..<side).map { column in (0..<side).reduce(0) { $0 + successions[$1 * side + column] }
    }
    let total = Double(occurrences.reduce(0, +) + side)
    let unigram = occurrences.map { Double($0 + 1) / total }
    var result = [Float](repeating: 0, count: side * side)
    for row in 0..<side {
      let counts = successions[row * side..<(row + 1) * side]
      let seen = counts.reduce(0, +)
      let successors = counts.count { $0 > 0 }
      for (column, count) in counts.enumerated() {
        let probability =
          seen == 0
          ? unigram[column]
          : (Double(count) + Double(successors) * unigram[column]) / Double(seen + successors)
        result[row * side + column] = Float(logarithm(probability))
      }
    }
    return result
  }
}
