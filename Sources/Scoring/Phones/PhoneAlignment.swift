/// The operation of an alignment step.
package enum AlignmentOperation: UInt8, Sendable, CaseIterable, Codable {
  case correct, substitution, deletion, insertion

  /// A deletion of an optionally deletable reference phone: correct, as in sclite.
  case forgivenDeletion
}

/// One step of an alignment.
package struct AlignedPhone: Sendable, Equatable {
  package var operation: AlignmentOperation

  /// The label of the reference; nil in an insertion.
  package var reference: Int32?

  /// The label of the hypothesis; nil in a deletion.
  package var hypothesis: Int32?

  /// Whether the step is not an error.
  package var isCorrect: Bool { operation == .correct || operation == .forgivenDeletion }

  package init(operation: AlignmentOperation, reference: Int32?, hypothesis: Int32?) {
    self.operation = operation
    self.reference = reference
    self.hypothesis = hypothesis
  }
}

/// The alignment of NIST's sclite: minimum cost, with its rule for ties.
///
/// Costs: correct 0, insertion 3, deletion 3 (2 for an optionally deletable phone), substitution 4. With
/// `s`, `d`, `n` the costs of ending in a substitution or match, a deletion and an insertion,
///
///     D[i, j] = s  if s ≤ d and s ≤ n,   else d  if d < n,   else n
///
/// and the path is traced back from the end. As 3 + 3 > 4, a substitution is preferred to an insertion and a
/// deletion; with costs 1/1/1 (Kaldi's `compute-wer`) counts, and sometimes totals, differ. Labels are
/// compared exactly, as in sclite with `-s`.
///
/// Source: NIST SCTK, sclite.
package struct PhoneAlignment: Sendable, Equatable {
  package var steps: [AlignedPhone]

  package init(steps: [AlignedPhone]) { self.steps = steps }

  /// Aligns two label sequences, from which deleted phones are already removed.
  ///
  /// Time grows with the product of the lengths, memory with their sum (see `AlignmentSearch`).
  package init(reference: [Int32], hypothesis: [Int32], optionallyDeletable: Int32? = nil) {
    self.init(
      reference: reference, hypothesis: hypothesis, optionallyDeletable: optionallyDeletable,
      tableLimit: AlignmentSearch.defaultTableLimit)
  }

  /// As above; `tableLimit` is the cells of the largest table of moves, on which the steps do not depend.
  package init(
    reference: [Int32], hypothesis: [Int32], optionallyDeletable: Int32?, tableLimit: Int
  ) {
    var search = AlignmentSearch(
      reference: reference, hypothesis: hypothesis, optionallyDeletable: optionallyDeletable,
      tableLimit: tableLimit)
    steps = search.run()
  }
}

extension PhoneAlignment {
  /// The number of reference phones: all steps except insertions.
  package var referenceCount: Int { steps.count { $0.operation != .insertion } }

  /// The number of substitutions, deletions and insertions.
  package var errorCount: Int { steps.count { !$0.isCorrect } }

  /// The cost of the alignment with sclite's weights.
  package var cost: Int {
    steps.reduce(0) { sum, step in
      switch step.operation {
      case .correct: sum
      case .substitution: sum + 4
      case .deletion, .insertion: sum + 3
      case .forgivenDeletion: sum + 2
      }
    }
  }

  /// The aligned reference labels.
  package var reference: [Int32] { steps.compactMap(\.reference) }
}
