/// A row-major matrix in memory: a row per frame.
package struct FeatureMatrix: Equatable, Sendable {
  package let rows: Int
  package let columns: Int
  package let values: [Float]

  package init(rows: Int, columns: Int, values: [Float]) {
    precondition(values.count == rows * columns)
    self.rows = rows
    self.columns = columns
    self.values = values
  }
}
