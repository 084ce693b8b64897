/// The search for the best path of a ``PhoneAlignment``.
///
/// A table of moves, one byte a cell, is filled and traced back while it is small. A larger one is divided at
/// its middle row: each cell below that row is computed with the column at which its own path crosses the
/// row, so one pass with two rows of costs finds where the best path crosses, and the two parts are searched
/// on their own. All passes together take at most twice the time of one, and memory grows with the sum of
/// the lengths.
///
/// The parts give the path of the whole table, ties included. For the part above this is clear: its costs are
/// the same. Below, costs count from the crossing, D′ ≥ D − D(crossing), with equality along the path. A move
/// that is the cheapest at a cell of the path under D′ is so under D, and the move of the path is the
/// cheapest under both; so the rule for ties, which prefers it under D, prefers it under D′.
struct AlignmentSearch {
  /// Cells of a table that is filled at once, 16 MiB.
  static let defaultTableLimit = 1 << 24

  private let reference: [Int32]
  private let hypothesis: [Int32]
  private let optionallyDeletable: Int32?
  private let tableLimit: Int
  private var steps: [AlignedPhone] = []

  private enum Move { static let diagonal: UInt8 = 0, up: UInt8 = 1, left: UInt8 = 2 }

  /// Phones of reference and hypothesis between two points of the path.
  private struct Part {
    var rows: Range<Int>
    var columns: Range<Int>
  }

  init(reference: [Int32], hypothesis: [Int32], optionallyDeletable: Int32?, tableLimit: Int) {
    self.reference = reference
    self.hypothesis = hypothesis
    self.optionallyDeletable = optionallyDeletable
    self.tableLimit = tableLimit
  }

  mutating func run() -> [AlignedPhone] {
    steps.reserveCapacity(max(reference.count, hypothesis.count))
    // The part that comes first in the utterance is last.
    var parts = [Part(rows: reference.indices, columns: hypothesis.indices)]
    while let part = parts.popLast() {
      let (cells, isTooLarge) = (part.rows.count + 1).multipliedReportingOverflow(by: part.columns.count + 1)
      if part.rows.count > 1, isTooLarge || cells > tableLimit {
        let row = part.rows.lowerBound + part.rows.count / 2
        let column = crossing(of: row, in: part)
        parts.append(Part(rows: row..<part.rows.upperBound, columns: column..<part.columns.upperBound))
        parts.append(Part(rows: part.rows.lowerBound..<row, columns: part.columns.lowerBound..<column))
      } else {
        steps += path(of: part)
      }
    }
    return steps
  }

  /// The steps of a part, traced back from its end.
  private func path(of part: Part) -> [AlignedPhone] {
    let columns = part.columns.count + 1
    let moves = moves(of: part)
    var reversed: [AlignedPhone] = []
    reversed.reserveCapacity(max(part.rows.count, part.columns.count))
    var (i, j) = (part.rows.count, part.columns.count)
    while i > 0 || j > 0 {
      let move = moves[i * columns + j]
      let spoken = move == Move.left ? nil : reference[part.rows.lowerBound + i - 1]
      let recognized = move == Move.up ? nil : hypothesis[part.columns.lowerBound + j - 1]
      let operation: AlignmentOperation =
        switch move {
        case Move.diagonal: spoken == recognized ? .correct : .substitution
        case Move.up: spoken == optionallyDeletable ? .forgivenDeletion : .deletion
        default: .insertion
        }
      reversed.append(AlignedPhone(operation: operation, reference: spoken, hypothesis: recognized))
      if move != Move.left { i -= 1 }
      if move != Move.up { j -= 1 }
    }
    return reversed.reversed()
  }

  /// The last move of the best path to each cell, `[rows + 1, columns + 1]`.
  private func moves(of part: Part) -> [UInt8] {
    let columns = part.columns.count + 1
    var moves = [UInt8](repeating: Move.left, count: (part.rows.count + 1) * columns)
    moves.withUnsafeMutableBufferPointer { moves in
      forEachCell(of: part) { i, j, move in moves[i * columns + j] = move }
    }
    return moves
  }

  /// The column at which the best path of a part passes from row `row` of the table to the next.
  private func crossing(of row: Int, in part: Part) -> Int {
    let middle = row - part.rows.lowerBound
    let columns = part.columns.count + 1
    // Of the row's cells up to the current one, and of the row's before from there on.
    var crossings = [Int](repeating: 0, count: columns)
    crossings.withUnsafeMutableBufferPointer { crossings in
      // Of the cell above and to the left, which is no longer in the row.
      var diagonal = 0
      forEachCell(of: part) { i, j, move in
        guard i > middle else {
          if i == middle { crossings[j] = j }
          return
        }
        let above = crossings[j]
        switch move {
        case Move.diagonal: crossings[j] = diagonal
        case Move.up: break
        default: crossings[j] = crossings[j - 1]
        }
        diagonal = above
      }
    }
    return part.columns.lowerBound + crossings[columns - 1]
  }

  /// Computes the costs of all cells, row by row, and calls `body` with each cell and its last move; the
  /// first cell has none.
  @inline(__always)
  private func forEachCell(of part: Part, _ body: (_ row: Int, _ column: Int, _ move: UInt8) -> Void) {
    let columns = part.columns.count + 1
    // Of the row's cells up to the current one, and of the row's before from there on.
    var costs = (0..<columns).map { 3 * $0 }
    for j in 0..<columns { body(0, j, Move.left) }
    hypothesis.withUnsafeBufferPointer { hypothesis in
      costs.withUnsafeMutableBufferPointer { costs in
        for i in 0..<part.rows.count {
          let spoken = reference[part.rows.lowerBound + i]
          let deletionCost = spoken == optionallyDeletable ? 2 : 3
          var diagonal = costs[0]
          var left = diagonal + deletionCost
          costs[0] = left
          body(i + 1, 0, Move.up)
          for j in 1..<columns {
            let isSame = spoken == hypothesis[part.columns.lowerBound + j - 1]
            let substituted = diagonal + (isSame ? 0 : 4)
            diagonal = costs[j]
            let deleted = diagonal + deletionCost
            let inserted = left + 3
            if substituted <= deleted && substituted <= inserted {
              left = substituted
              body(i + 1, j, Move.diagonal)
            } else if deleted < inserted {
              left = deleted
              body(i + 1, j, Move.up)
            } else {
              left = inserted
              body(i + 1, j, Move.left)
            }
            costs[j] = left
          }
        }
      }
    }
  }
}
