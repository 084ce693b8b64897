/// Counts of aligned phones, by class: what phone error rates are made of.
///
/// Counts are integers, so tallies merged in any order are equal.
package struct PhoneTally: Sendable, Equatable {
  package let classCount: Int

  /// Aligned pairs, `[reference class, hypothesis class]`; the diagonal is correct.
  package private(set) var confusions: [Int]

  /// Deleted phones by reference class, forgiven ones not among them.
  package private(set) var deletionsByClass: [Int]

  /// Forgiven deletions by reference class; they count as correct.
  package private(set) var forgivenByClass: [Int]

  /// Inserted phones by hypothesis class.
  package private(set) var insertionsByClass: [Int]

  package private(set) var utteranceCount = 0

  /// Utterances with at least one error.
  package private(set) var erroneousUtteranceCount = 0

  package init(classCount: Int) {
    precondition(classCount >= 0 && classCount <= 1 << 14, "a phone set, not a vocabulary")
    self.classCount = classCount
    confusions = [Int](repeating: 0, count: classCount * classCount)
    deletionsByClass = [Int](repeating: 0, count: classCount)
    forgivenByClass = deletionsByClass
    insertionsByClass = deletionsByClass
  }

  /// Counts one utterance.
  ///
  /// - Throws: ``ScoringError/labelOutOfRange(label:classes:)``; then nothing was counted.
  package mutating func add(_ alignment: PhoneAlignment) throws(ScoringError) {
    for step in alignment.steps {
      for label in [step.reference, step.hypothesis] {
        guard let label, label < 0 || Int(label) >= classCount else { continue }
        throw .labelOutOfRange(label: label, classes: classCount)
      }
    }
    utteranceCount += 1
    if alignment.errorCount > 0 { erroneousUtteranceCount += 1 }
    for step in alignment.steps {
      switch (step.operation, step.reference.map(Int.init), step.hypothesis.map(Int.init)) {
      case (.correct, let spoken?, let heard?), (.substitution, let spoken?, let heard?):
        confusions[spoken * classCount + heard] += 1
      case (.deletion, let spoken?, _): deletionsByClass[spoken] += 1
      case (.forgivenDeletion, let spoken?, _): forgivenByClass[spoken] += 1
      case (.insertion, _, let heard?): insertionsByClass[heard] += 1
      default: preconditionFailure("a step without the labels of its operation")
      }
    }
  }

  /// Adds the counts of another tally over the same classes.
  ///
  /// - Throws: ``ScoringError/classCountMismatch(expected:found:)``.
  package mutating func merge(_ other: PhoneTally) throws(ScoringError) {
    guard other.classCount == classCount else {
      throw .classCountMismatch(expected: classCount, found: other.classCount)
    }
    for index in confusions.indices { confusions[index] += other.confusions[index] }
    for label in 0..<classCount {
      deletionsByClass[label] += other.deletionsByClass[label]
      forgivenByClass[label] += other.forgivenByClass[label]
      insertionsByClass[label] += other.insertionsByClass[label]
    }
    utteranceCount += other.utteranceCount
    erroneousUtteranceCount += other.erroneousUtteranceCount
  }
}

extension PhoneTally {
  /// Correct phones, forgiven deletions included, as sclite counts them.
  package var correct: Int {
    (0..<classCount).reduce(0) { $0 + confusions[$1 * classCount + $1] + forgivenByClass[$1] }
  }

  package var substitutions: Int {
    confusions.reduce(0, +) - (0..<classCount).reduce(0) { $0 + confusions[$1 * classCount + $1] }
  }

  package var deletions: Int { deletionsByClass.reduce(0, +) }

  package var insertions: Int { insertionsByClass.reduce(0, +) }

  package var errorCount: Int { substitutions + deletions + insertions }

  /// Phones of the reference, N.
  package var referenceCount: Int { correct + substitutions + deletions }

  /// PER = (S + D + I) / N; nil where the reference is empty, above 1 where much is inserted.
  package var errorRate: Double? {
    let total = referenceCount
    return total == 0 ? nil : Double(errorCount) / Double(total)
  }

  /// The counts of one class.
  package func counts(ofClass label: Int) -> PhoneClassCounts {
    let row = confusions[label * classCount..<(label + 1) * classCount]
    let hit = confusions[label * classCount + label]
    return PhoneClassCounts(
      correct: hit + forgivenByClass[label], substitutions: row.reduce(0, +) - hit,
      deletions: deletionsByClass[label], insertions: insertionsByClass[label])
  }
}

/// The counts of one phone class; substitutions and deletions are of the reference's phones of this class.
package struct PhoneClassCounts: Sendable, Equatable {
  package var correct, substitutions, deletions, insertions: Int

  package var referenceCount: Int { correct + substitutions + deletions }

  /// (S + D + I) / N of the class; nil where the reference has none.
  package var errorRate: Double? {
    referenceCount == 0
      ? nil : Double(substitutions + deletions + insertions) / Double(referenceCount)
  }
}
