internal import CKernels

/// The tiles of a run: groups of 8 vectors if anything in it is complex, of 16 if all is real.
struct TileGroups: Sequence, IteratorProtocol {
  struct Group {
    let index: Int
    /// Vectors in the group, the last may be short.
    let count: Int
    let isComplex: Bool
  }

  let total: Int
  let isComplex: Bool
  private var next_ = 0

  init(count: Int, field: NumberField) {
    total = count
    isComplex = field == .complex
  }

  var lanes: Int { isComplex ? 8 : 16 }

  var count: Int { (total + lanes - 1) / lanes }

  /// Group `index`, if there is one.
  func group(_ index: Int) -> Group? {
    let start = index * lanes
    guard start < total else { return nil }
    return Group(index: index, count: Swift.min(lanes, total - start), isComplex: isComplex)
  }

  mutating func next() -> Group? {
    defer { next_ += 1 }
    return group(next_)
  }
}

/// Reads positions `piece` of a group of vectors into a tile of `size`, zeros after them and in lanes past the end.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func gatherTile<Scalar: MapScalar>(
  _ carrier: TileCarrier<Scalar>, _ piece: Range<Int>, _ group: TileGroups.Group,
  _ tile: UnsafeMutablePointer<SIMD8<Scalar>>, size: Int
) {
  let zero = SIMD8<Scalar>()
  if carrier.isRows {
    gatherRows(carrier, piece, group, tile, size: size)
    return
  }
  let isHalf = group.isComplex && carrier.field == .real
  let source = carrier.tile(isHalf ? group.index / 2 : group.index) + 2 * piece.lowerBound
  if isHalf {
    let half = group.index % 2
    for p in 0..<piece.count {
      tile[2 * p] = source[2 * p + half]
      tile[2 * p + 1] = zero
    }
  } else {
    for p in 0..<(2 * piece.count) { tile[p] = source[p] }
  }
  for p in (2 * piece.count)..<(2 * size) { tile[p] = zero }
  // Lanes past the end hold anything, and must not reach a gradient.
  if group.count < (group.isComplex ? 8 : 16) {
    for p in 0..<piece.count {
      for lane in group.count..<16 {
        if group.isComplex {
          guard lane < 8 else { break }
          tile[2 * p][lane] = 0
          tile[2 * p + 1][lane] = 0
        } else {
          tile[2 * p + lane / 8][lane % 8] = 0
        }
      }
    }
  }
}

@inline(__always)
private func gatherRows<Scalar: MapScalar>(
  _ carrier: TileCarrier<Scalar>, _ piece: Range<Int>, _ group: TileGroups.Group,
  _ tile: UnsafeMutablePointer<SIMD8<Scalar>>, size: Int
) {
  let zero = SIMD8<Scalar>()
  let isHalf = group.isComplex && carrier.field == .real
  let isFull = group.count == (group.isComplex ? 8 : 16)
  // What loading does not write.
  let written = isFull && !isHalf ? 2 * piece.count : 0
  for p in written..<(2 * size) { tile[p] = zero }
  let scalars = UnsafeMutableRawPointer(tile).assumingMemoryBound(to: Scalar.self)
  let width = carrier.field.planeCount
  let first =
    carrier.base + group.index * (group.isComplex ? 8 : 16) * carrier.stride + width * piece.lowerBound
  for start in stride(from: 0, to: group.count, by: 8) {
    let lanes = Swift.min(8, group.count - start)
    // A position's scalars, 8 real parts and 8 imaginary ones, are two columns of complex rows.
    loadTile(
      first + start * carrier.stride, carrier.stride, lanes: lanes, width * piece.count, scalars + start,
      width == 2 ? 8 : 16)
  }
}

/// Writes, or adds, the first positions of a tile to positions `piece` of a group of vectors.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func scatterTile<Scalar: MapScalar>(
  _ tile: UnsafeMutablePointer<SIMD8<Scalar>>, _ carrier: TileCarrier<Scalar>, _ piece: Range<Int>,
  _ group: TileGroups.Group, adding: Bool
) {
  if carrier.isRows {
    scatterRows(tile, carrier, piece, group, adding: adding)
    return
  }
  let isHalf = group.isComplex && carrier.field == .real
  let target = carrier.tile(isHalf ? group.index / 2 : group.index) + 2 * piece.lowerBound
  if isHalf {
    let half = group.index % 2
    for p in 0..<piece.count {
      target[2 * p + half] = adding ? target[2 * p + half] + tile[2 * p] : tile[2 * p]
    }
  } else if adding {
    for p in 0..<(2 * piece.count) { target[p] = target[p] + tile[p] }
  } else {
    for p in 0..<(2 * piece.count) { target[p] = tile[p] }
  }
}

@inline(__always)
private func scatterRows<Scalar: MapScalar>(
  _ tile: UnsafeMutablePointer<SIMD8<Scalar>>, _ carrier: TileCarrier<Scalar>, _ piece: Range<Int>,
  _ group: TileGroups.Group, adding: Bool
) {
  let scalars = UnsafeMutableRawPointer(tile).assumingMemoryBound(to: Scalar.self)
  let width = carrier.field.planeCount
  let tileStride = width == 2 ? 8 : 16
  let first =
    carrier.base + group.index * (group.isComplex ? 8 : 16) * carrier.stride + width * piece.lowerBound
  for start in stride(from: 0, to: group.count, by: 8) {
    let lanes = Swift.min(8, group.count - start)
    if adding {
      for lane in 0..<lanes {
        let row = first + (start + lane) * carrier.stride
        for i in 0..<(width * piece.count) {
          row[i] = row[i] + scalars[start + lane + i * tileStride]
        }
      }
    } else {
      storeTile(
        scalars + start, tileStride, lanes: lanes, width * piece.count, first + start * carrier.stride,
        carrier.stride)
    }
  }
}

/// tile[i · tileStride + l] = rows[l · rowStride + i] for i < `length` and l < `lanes`, of which there are 8 at most.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func loadTile<Scalar: MapScalar>(
  _ rows: UnsafePointer<Scalar>, _ rowStride: Int, lanes: Int, _ length: Int,
  _ tile: UnsafeMutablePointer<Scalar>, _ tileStride: Int
) {
  if Scalar.self == Float.self {
    ck_best().pointee.tile_load(
      UnsafeRawPointer(rows).assumingMemoryBound(to: Float.self), rowStride, lanes, length,
      UnsafeMutableRawPointer(tile).assumingMemoryBound(to: Float.self), tileStride)
    return
  }
  for lane in 0..<lanes {
    for i in 0..<length { tile[i * tileStride + lane] = rows[lane * rowStride + i] }
  }
}

/// rows[l · rowStride + i] = tile[i · tileStride + l] for i < `length` and l < `lanes`, of which there are 8 at most.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func storeTile<Scalar: MapScalar>(
  _ tile: UnsafePointer<Scalar>, _ tileStride: Int, lanes: Int, _ length: Int,
  _ rows: UnsafeMutablePointer<Scalar>, _ rowStride: Int
) {
  if Scalar.self == Float.self {
    ck_best().pointee.tile_store(
      UnsafeRawPointer(tile).assumingMemoryBound(to: Float.self), tileStride, lanes, length,
      UnsafeMutableRawPointer(rows).assumingMemoryBound(to: Float.self), rowStride)
    return
  }
  for lane in 0..<lanes {
    for i in 0..<length { rows[lane * rowStride + i] = tile[i * tileStride + lane] }
  }
}
