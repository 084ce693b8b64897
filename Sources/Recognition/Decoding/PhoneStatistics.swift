/// What the training labels say of the classes before any sound is heard: frames of each, and which phone follows which.
///
/// Counts are whole numbers, so statistics of utterances added in any order are equal.
package struct PhoneStatistics: Sendable, Equatable {
  package let classCount: Int

  /// Frames by class.
  package private(set) var frames: [Int]

  /// `[classes + 1, classes + 1]`: how often the column's phone follows the row's; the last row stands for the start
  /// of an utterance, the last column for its end.
  package private(set) var successions: [Int]

  package init(classCount: Int) {
    precondition(classCount > 0 && classCount <= 1 << 10, "a phone set, not a vocabulary")
    self.classCount = classCount
    frames = [Int](repeating: 0, count: classCount)
    successions = [Int](repeating: 0, count: (classCount + 1) * (classCount + 1))
  }

  /// Counts the frames of an utterance, or of part of one; −1 is not counted.
  package mutating func add(frameLabels: UnsafeBufferPointer<Int32>) {
    for label in frameLabels where label >= 0 { frames[Int(label)] += 1 }
  }

  /// Counts the phones of an utterance in their order; −1, a deleted phone, is left out first.
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
  /// `[classes]`: log priors of the classes, ln((n_c + 1) / Σ(n + 1)); adding one keeps a class without frames finite.
  package var logPriors: [Float] {
    let total = Double(frames.reduce(0, +) + classCount)
    return frames.map { Float(logarithm(Double($0 + 1) / total)) }
  }

  /// `[classes + 1, classes + 1]`: ln P(column | row), laid out as ``successions``, the end of an utterance among what
  /// may follow.
  ///
  /// Interpolated Witten–Bell: with T(a) kinds of phone seen after a,
  ///
  ///     P(b | a) = (c(a, b) + T(a) P(b)) / (c(a) + T(a)),   P(b) = (c(b) + 1) / Σ(c + 1)
  ///
  /// so that nothing is impossible; after a phone that was never seen, P(b). Source: Witten and Bell (1991), in the form
  /// of Chen and Goodman (1998).
  package var logSuccessions: [Float] {
    let side = classCount + 1
    let followed = (0..<side).map { column in (0..<side).reduce(0) { $0 + successions[$1 * side + column] } }
    let total = Double(followed.reduce(0, +) + side)
    let unigram = followed.map { Double($0 + 1) / total }
    var result = [Float](repeating: 0, count: side * side)
    for row in 0..<side {
      let counts = successions[row * side..<(row + 1) * side]
      let seen = counts.reduce(0, +)
      let kinds = counts.count { $0 > 0 }
      for (column, count) in counts.enumerated() {
        let probability =
          seen == 0
          ? unigram[column]
          : (Double(count) + Double(kinds) * unigram[column]) / Double(seen + kinds)
        result[row * side + column] = Float(logarithm(probability))
      }
    }
    return result
  }
}
