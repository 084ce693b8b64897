/// A view of contiguous floats as `[rows, columns]`, row-major; it does not own them.
package struct Matrix {
  package let base: UnsafeMutablePointer<Float>
  package let rows: Int
  package let columns: Int

  package init(_ base: UnsafeMutablePointer<Float>, rows: Int, columns: Int) {
    precondition(rows >= 0 && columns >= 0)
    self.base = base
    self.rows = rows
    self.columns = columns
  }

  /// The start of row `index`.
  package func row(_ index: Int) -> UnsafeMutablePointer<Float> { base + index * columns }

  package var count: Int { rows * columns }

  package var values: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: base, count: count)
  }
}
