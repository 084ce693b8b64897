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

  /// The maximum size of the table, one byte a cell.
  package static let cellLimit = 1 << 28

  package init(steps: [AlignedPhone]) { self.steps = steps }

  /// Aligns two label sequences, from which deleted phones are already removed.
  ///
  /// Time and memory grow with the product of the lengths.
  ///
  /// - Throws: ``ScoringError/alignmentTooLarge(reference:hypothesis:cellLimit:)``.
  package init(
    reference: [Int32], hypothesis: [Int32], optionallyDeletable: Int32? = nil
  ) throws(ScoringError) {
    let (rows, columns) = (reference.count + 1, hypothesis.count + 1)
    let (cells, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard !overflow, cells <= Self.cellLimit else {
      throw .alignmentTooLarge(
        reference: reference.count, hypothesis: hypothesis.count, cellLimit: Self.cellLimit)
    }
    let pointers = Self.backPointers(
      reference: reference, hypothesis: hypothesis, optionallyDeletable: optionallyDeletable)
    var reversed: [AlignedPhone] = []
    reversed.reserveCapacity(max(rows, columns))
    var (i, j) = (reference.count, hypothesis.count)
    while i > 0 || j > 0 {
      switch pointers[i * columns + j] {
      case Self.diagonal:
        let (spoken, recognized) = (reference[i - 1], hypothesis[j - 1])
        reversed.append(
          AlignedPhone(
            operation: spoken == recognized ? .correct : .substitution, reference: spoken,
            hypothesis: recognized))
        (i, j) = (i - 1, j - 1)
      case Self.up:
        let spoken = reference[i - 1]
        reversed.append(
          AlignedPhone(
            operation: spoken == optionallyDeletable ? .forgivenDeletion : .deletion, reference: spoken,
            hypothesis: nil))
        i -= 1
      default:
        reversed.append(AlignedPhone(operation: .insertion, reference: nil, hypothesis: hypothesis[j - 1]))
        j -= 1
      }
    }
    steps = reversed.reversed()
  }

  private static let diagonal: UInt8 = 0
  private static let up: UInt8 = 1
  private static let left: UInt8 = 2

  // The predecessor of each cell, [reference + 1, hypothesis + 1].
  private static func backPointers(
    reference: [Int32], hypothesis: [Int32], optionallyDeletable: Int32?
  ) -> [UInt8] {
    let columns = hypothesis.count + 1
    var pointers = [UInt8](repeating: left, count: (reference.count + 1) * columns)
    var previous = (0..<columns).map { 3 * $0 }
    var current = previous
    for i in 1..<max(1, reference.count + 1) {
      let spoken = reference[i - 1]
      let deletionCost = spoken == optionallyDeletable ? 2 : 3
      current[0] = previous[0] + deletionCost
      pointers[i * columns] = up
      for j in 1..<max(1, columns) {
        let substituted = previous[j - 1] + (spoken == hypothesis[j - 1] ? 0 : 4)
        let deleted = previous[j] + deletionCost
        let inserted = current[j - 1] + 3
        if substituted <= deleted && substituted <= inserted {
          current[j] = substituted
          pointers[i * columns + j] = diagonal
        } else if deleted < inserted {
          current[j] = deleted
          pointers[i * columns + j] = up
        } else {
          current[j] = inserted
        }
      }
      swap(&previous, &current)
    }
    return pointers
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
