internal import CKernels

/// Vectors as rows: `[count, length]`, complex numbers as a real part and then an imaginary one.
///
/// The memory is the caller's and holds as long as a call with it runs. Rows that begin on 64-byte boundaries are read
/// and written fastest.
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

/// ``VectorRows`` that are written.
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

/// Where vectors lie, as tiles or as rows: what a run reads its tiles from and writes them to.
///
/// It does not keep its memory, and lives no longer than the call that it is made in.
struct TileCarrier<Scalar: MapScalar> {
  let base: UnsafeMutablePointer<Scalar>
  let field: NumberField
  let length: Int
  let count: Int
  let isRows: Bool
  /// Scalars from tile to tile, or from row to row.
  let stride: Int

  init(_ batch: borrowing VectorBatch<Scalar>) {
    base = batch.base
    (field, length, count) = (batch.field, batch.length, batch.count)
    isRows = false
    stride = batch.tileStride
  }

  init(_ rows: VectorRows<Scalar>) {
    // Only written where the caller gave rows to be written.
    base = UnsafeMutablePointer(mutating: rows.base)
    (field, length, count) = (rows.field, rows.length, rows.count)
    isRows = true
    stride = rows.rowStride
  }

  init(_ rows: MutableVectorRows<Scalar>) { self.init(rows.rows) }

  /// Tile `index` of a batch.
  @inline(__always)
  func tile(_ index: Int) -> UnsafeMutablePointer<SIMD8<Scalar>> {
    UnsafeMutableRawPointer(base + index * stride).assumingMemoryBound(to: SIMD8<Scalar>.self)
  }

  /// Positions `piece` of a group where they lie, if kernels of a map of `mapField` run them as they are.
  ///
  /// That is a whole tile of `size`, or rows. `Scalar` is Float.
  ///
  /// - Parameter isExact: whether lanes past the end must not be read.
  func inPlace(
    _ group: TileGroups.Group, _ piece: Range<Int>, size: Int, mapField: NumberField, isExact: Bool
  ) -> ck_butterfly_vectors? {
    if isRows {
      // Complex rows in a real map are run as their parts, which kernels do not read from rows.
      guard group.isComplex == (mapField == .complex) else { return nil }
      let first = base + group.index * lanes(of: group) * stride + field.planeCount * piece.lowerBound
      return ck_butterfly_vectors(
        tile: nil, rows: UnsafeMutableRawPointer(first).assumingMemoryBound(to: Float.self), stride: stride,
        count: Int32(group.count), length: Int32(piece.count), is_complex: field == .complex,
        lanes: Int32(lanes(of: group)))
    }
    guard piece.count == size, !group.isComplex || field == .complex else { return nil }
    guard !isExact || group.count == lanes(of: group) else { return nil }
    return ck_butterfly_vectors(
      tile: UnsafeMutableRawPointer(tile(group.index) + 2 * piece.lowerBound)
        .assumingMemoryBound(to: SIMD8<Float>.self))
  }

  private func lanes(of group: TileGroups.Group) -> Int { group.isComplex ? 8 : 16 }
}
