/// An aligned utterance with its key, speaker and convention.
package struct ScoredUtterance: Sendable, Equatable {
  package var utterance: String
  package var speaker: String
  package var convention: PhoneScoringConvention
  package var alignment: PhoneAlignment

  package init(
    utterance: String, speaker: String, convention: PhoneScoringConvention, alignment: PhoneAlignment
  ) {
    self.utterance = utterance
    self.speaker = speaker
    self.convention = convention
    self.alignment = alignment
  }
}

/// Aligns recognized phones with reference phones under one convention.
package struct PhoneScorer: Sendable {
  package let table: PhoneTable
  package let convention: PhoneScoringConvention

  /// A scorer for the phones of a table.
  ///
  /// - Throws: ``ScoringError/silenceMissing(convention:)`` if the convention needs a silence and the table
  ///   has none.
  package init(table: PhoneTable, convention: PhoneScoringConvention) throws(ScoringError) {
    guard convention == .strict || table.silence != nil else {
      throw .silenceMissing(convention: convention)
    }
    self.table = table
    self.convention = convention
  }

  /// Scores the phone labels of one utterance; deleted phones (−1) are removed first.
  ///
  /// - Throws: ``ScoringError/labelOutOfRange(label:classes:)``.
  package func score(
    utterance: String, speaker: String, reference: [Int32], hypothesis: [Int32]
  ) throws(ScoringError) -> ScoredUtterance {
    for label in reference where label < -1 || Int(label) >= table.symbols.count {
      throw .labelOutOfRange(label: label, classes: table.symbols.count)
    }
    for label in hypothesis where label < -1 || Int(label) >= table.symbols.count {
      throw .labelOutOfRange(label: label, classes: table.symbols.count)
    }
    let alignment = PhoneAlignment(
      reference: convention.prepare(reference, silence: table.silence),
      hypothesis: convention.prepare(hypothesis, silence: table.silence),
      optionallyDeletable: convention == .forgiving ? table.silence : nil)
    return ScoredUtterance(
      utterance: utterance, speaker: speaker, convention: convention, alignment: alignment)
  }
}

/// The phone scores of a test set, in total and by speaker.
package struct PhoneScores: Sendable, Equatable {
  package let convention: PhoneScoringConvention
  package private(set) var total: PhoneTally
  package private(set) var bySpeaker: [String: PhoneTally] = [:]

  package init(classCount: Int, convention: PhoneScoringConvention) {
    self.convention = convention
    total = PhoneTally(classCount: classCount)
  }

  /// Counts one utterance; the order of utterances does not matter.
  ///
  /// - Throws: ``ScoringError/conventionMismatch(expected:found:)``,
  ///   ``ScoringError/labelOutOfRange(label:classes:)``.
  package mutating func add(_ scored: ScoredUtterance) throws(ScoringError) {
    guard scored.convention == convention else {
      throw .conventionMismatch(expected: convention, found: scored.convention)
    }
    try total.add(scored.alignment)
    try bySpeaker[scored.speaker, default: PhoneTally(classCount: total.classCount)]
      .add(scored.alignment)
  }

  /// Adds the scores of other utterances.
  ///
  /// - Throws: ``ScoringError/conventionMismatch(expected:found:)``,
  ///   ``ScoringError/classCountMismatch(expected:found:)``.
  package mutating func merge(_ other: PhoneScores) throws(ScoringError) {
    guard other.convention == convention else {
      throw .conventionMismatch(expected: convention, found: other.convention)
    }
    try total.merge(other.total)
    for (name, tally) in other.bySpeaker {
      try bySpeaker[name, default: PhoneTally(classCount: total.classCount)].merge(tally)
    }
  }

  /// Errors and reference phones by speaker in order of names, for ``ContenderErrors``.
  package var errorCountsBySpeaker: [(speaker: String, count: ErrorCount)] {
    bySpeaker.sorted { $0.key < $1.key }.map {
      ($0.key, ErrorCount(errors: $0.value.errorCount, total: $0.value.referenceCount))
    }
  }
}
