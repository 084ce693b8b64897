/// A dense matrix in double precision, `[rows, columns]`, for definitions, factorizations and tests.
package struct DenseMatrix: Sendable, Equatable {
  package let rows: Int
  package let columns: Int

  /// Row-major.
  package var elements: [Complex]

  /// A matrix of zeros.
  package init(rows: Int, columns: Int) {
    precondition(rows >= 0 && columns >= 0)
    self.rows = rows
    self.columns = columns
    elements = Array(repeating: .zero, count: rows * columns)
  }

  /// The matrix of `entry(row, column)`.
  package init(rows: Int, columns: Int, _ entry: (Int, Int) -> Complex) {
    self.init(rows: rows, columns: columns)
    for r in 0..<rows { for c in 0..<columns { elements[r * columns + c] = entry(r, c) } }
  }

  package static func identity(_ size: Int) -> Self {
    Self(rows: size, columns: size) { $0 == $1 ? .one : .zero }
  }

  package subscript(row: Int, column: Int) -> Complex {
    get { elements[row * columns + column] }
    set { elements[row * columns + column] = newValue }
  }

  package func transposed() -> Self { Self(rows: columns, columns: rows) { self[$1, $0] } }

  package func conjugated() -> Self {
    var result = self
    for i in result.elements.indices { result.elements[i] = elements[i].conjugate }
    return result
  }

  package var isReal: Bool { elements.allSatisfy { $0.imaginary == 0 } }

  /// √Σ|a|².
  package var frobeniusNorm: Double {
    elements.reduce(0) { $0 + $1.squaredMagnitude }.squareRoot()
  }

  package static func - (a: Self, b: Self) -> Self {
    precondition(a.rows == b.rows && a.columns == b.columns)
    return Self(rows: a.rows, columns: a.columns) { a[$0, $1] - b[$0, $1] }
  }

  package static func * (a: Self, b: Self) -> Self {
    precondition(a.columns == b.rows)
    var result = Self(rows: a.rows, columns: b.columns)
    for r in 0..<a.rows {
      for k in 0..<a.columns {
        let factor = a[r, k]
        for c in 0..<b.columns { result[r, c] += factor * b[k, c] }
      }
    }
    return result
  }

  /// The upper left `rows` × `columns` corner, zeros beyond this matrix.
  package func resized(rows newRows: Int, columns newColumns: Int) -> Self {
    Self(rows: newRows, columns: newColumns) { $0 < rows && $1 < columns ? self[$0, $1] : .zero }
  }

  /// ‖self − reference‖ / ‖reference‖ in Frobenius norms; ‖self‖ if the reference is zero.
  package func relativeError(to reference: Self) -> Double {
    let (error, norm) = ((self - reference).frobeniusNorm, reference.frobeniusNorm)
    return norm > 0 ? error / norm : error
  }
}
