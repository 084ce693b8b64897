/// The rows of a segment inside its utterance.
package struct ValidRows: Sendable, Hashable {
  package let lowerBound: Int
  package let upperBound: Int

  package var isEmpty: Bool { lowerBound == upperBound }
  package var count: Int { upperBound - lowerBound }

  /// The nearest row inside; of a segment wholly outside, one of its rows.
  package func nearest(to row: Int) -> Int { max(min(row, upperBound - 1), min(lowerBound, rows - 1), 0) }

  private let rows: Int

  fileprivate init(_ padding: PaddingRows, rows: Int) {
    self.rows = rows
    lowerBound = min(padding.leading, rows)
    upperBound = max(lowerBound, rows - padding.trailing)
  }
}

extension PaddingRows {
  /// What remains of a segment of so many rows.
  package func validRows(of rows: Int) -> ValidRows { ValidRows(self, rows: rows) }
}
