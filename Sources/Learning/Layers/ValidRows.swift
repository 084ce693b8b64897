/// The rows of a segment that belong to its utterance.
package struct ValidRows: Sendable, Hashable {
  package let lowerBound: Int
  package let upperBound: Int

  package var isEmpty: Bool { lowerBound == upperBound }
  package var count: Int { upperBound - lowerBound }

  /// The nearest valid row; any row of a segment that is all padding.
  package func nearest(to row: Int) -> Int { max(min(row, upperBound - 1), min(lowerBound, rows - 1), 0) }

  private let rows: Int

  fileprivate init(_ padding: PaddingRows, rows: Int) {
    self.rows = rows
    lowerBound = min(padding.leading, rows)
    upperBound = max(lowerBound, rows - padding.trailing)
  }
}

extension PaddingRows {
  /// The valid rows of a segment of `rows` rows.
  package func validRows(of rows: Int) -> ValidRows { ValidRows(self, rows: rows) }
}
