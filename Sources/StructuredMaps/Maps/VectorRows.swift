/// Vectors as rows, `[count, length]`, complex numbers interleaved (real, imaginary).
///
/// The memory is the caller's and must outlive each call that takes these rows. Rows that begin on 64-byte
/// boundaries are the fastest.
package struct VectorRows<Scalar: MapScalar> {
  package var base: UnsafePointer<Scalar>
  package var count: Int
  package var length: Int
  package var field: NumberField
  /// Scalars from row to row.
  package var rowStride: Int

  package init(
    _ base: UnsafePointer<Scalar>, count: Int, length: Int, field: NumberField, rowStride: Int? = nil
  ) {
    self.base = base
    self.count = count
    self.length = length
    self.field = field
    self.rowStride = rowStride ?? length * field.planeCount
    precondition(count >= 0 && length > 0 && self.rowStride >= length * field.planeCount)
  }
}

/// ``VectorRows`` that a map writes to.
package struct MutableVectorRows<Scalar: MapScalar> {
  let rows: VectorRows<Scalar>
  let base: UnsafeMutablePointer<Scalar>

  package init(
    _ base: UnsafeMutablePointer<Scalar>, count: Int, length: Int, field: NumberField, rowStride: Int? = nil
  ) {
    rows = VectorRows(base, count: count, length: length, field: field, rowStride: rowStride)
    self.base = base
  }
}
