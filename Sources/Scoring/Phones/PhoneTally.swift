/// Counts of aligned phones by class, from which phone error rates are computed.
///
/// Counts are integers, so the order of merging does not matter.
package struct PhoneTally: Sendable, Equatable {
  package let classCount: Int

  /// Aligned pairs, `[reference class, hypothesis class]`; the diagonal is correct.
  package private(set) var confusions: [Int]

  /// Deleted phones by reference class, without forgiven ones.
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
  /// - Throws: ``ScoringError/labelOutOfRange(label:classes:)``, and then counts nothing.
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
      case (.correct, let spoken?, let recognized?), (.substitution, let spoken?, let recognized?):
        confusions[spoken * classCount + recognized] += 1
      case (.deletion, let spoken?, _): deletionsByClass[spoken] += 1
      case (.forgivenDeletion, let spoken?, _): forgivenByClass[spoken] += 1
      case (.insertion, _, let recognized?): insertionsByClass[recognized] += 1
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
  /// Correct phones, including forgiven deletions, as in sclite.
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

  /// PER = (S + D + I) / N, possibly above 1; nil if the reference is empty.
  package var errorRate: Double? {
    let total = referenceCount
    return total == 0 ? nil : Double(errorCount) / Double(total)
  }

  /// The counts of one class.
  package func counts(ofClass label: Int) -> PhoneClassCounts {
    let row = confusions[label * classCount..<(label + 1) * classCount]
    let correct = confusions[label * classCount + label]
    return PhoneClassCounts(
      correct: correct + forgivenByClass[label], substitutions: row.reduce(0, +) - correct,
      deletions: deletionsByClass[label], insertions: insertionsByClass[label])
  }
}

/// The counts of one phone class; substitutions and deletions are of reference phones of the class.
package struct PhoneClassCounts: Sendable, Equatable {
  package var correct, substitutions, deletions, insertions: Int

  package var referenceCount: Int { correct + substitutions + deletions }

  /// (S + D + I) / N of the class; nil if the reference has none.
  package var errorRate: Double? {
    referenceCount == 0
      ? nil : Double(substitutions + deletions + insertions) / Double(referenceCount)
  }
}
