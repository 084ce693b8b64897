internal import CKernels

/// A view of vectors in memory, as tiles or as rows, from which a run reads tiles and to which it writes
/// them.
///
/// It does not own the memory and must not outlive the call that made it.
struct TileView<Scalar: MapScalar> {
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
    // Written to only if made from `MutableVectorRows`.
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

  /// Positions `range` of a group in place, or nil if they must be copied to a tile first.
  ///
  /// Kernels of a map of `mapField` run in place on whole tiles of `size` and on rows. `Scalar` is Float.
  ///
  /// - Parameter isExact: whether lanes past the end must not be read.
  func inPlace(
    _ group: TileGroups.Group, _ range: Range<Int>, size: Int, mapField: NumberField, isExact: Bool
  ) -> ck_tile? {
    if isRows {
      // A real map runs complex rows as their two parts, which the kernels cannot read from interleaved rows.
      guard group.isComplex == (mapField == .complex) else { return nil }
      let first = base + group.index * lanes(of: group) * stride + field.planeCount * range.lowerBound
      return ck_tile(
        tiled: nil, rows: UnsafeMutableRawPointer(first).assumingMemoryBound(to: Float.self), stride: stride,
        count: Int32(group.count), length: Int32(range.count), is_complex: field == .complex,
        lanes: Int32(lanes(of: group)))
    }
    guard range.count == size, !group.isComplex || field == .complex else { return nil }
    guard !isExact || group.count == lanes(of: group) else { return nil }
    return ck_tile(
      tiled: UnsafeMutableRawPointer(tile(group.index) + 2 * range.lowerBound)
        .assumingMemoryBound(to: SIMD8<Float>.self))
  }

  private func lanes(of group: TileGroups.Group) -> Int { group.isComplex ? 8 : 16 }
}
