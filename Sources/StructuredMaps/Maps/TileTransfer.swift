internal import CKernels

/// The groups of vectors that a run takes one after another: 8 vectors each if map, input or output is
/// complex, else 16.
struct TileGroups: Sequence, IteratorProtocol {
  struct Group {
    let index: Int
    /// Vectors in the group; the last group may be short.
    let count: Int
    let isComplex: Bool
  }

  let total: Int
  let isComplex: Bool
  private var nextIndex = 0

  init(count: Int, field: NumberField) {
    total = count
    isComplex = field == .complex
  }

  var lanes: Int { isComplex ? 8 : 16 }

  var count: Int { (total + lanes - 1) / lanes }

  /// Group `index`, or nil past the end.
  func group(_ index: Int) -> Group? {
    let start = index * lanes
    guard start < total else { return nil }
    return Group(index: index, count: Swift.min(lanes, total - start), isComplex: isComplex)
  }

  mutating func next() -> Group? {
    defer { nextIndex += 1 }
    return group(nextIndex)
  }
}

/// Copies positions `range` of a group into a tile of `size`; later positions and lanes past the end become
/// zero.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func gatherTile<Scalar: MapScalar>(
  _ view: TileView<Scalar>, _ range: Range<Int>, _ group: TileGroups.Group,
  _ tile: UnsafeMutablePointer<SIMD8<Scalar>>, size: Int
) {
  let zero = SIMD8<Scalar>()
  if view.isRows {
    gatherRows(view, range, group, tile, size: size)
    return
  }
  let isHalf = group.isComplex && view.field == .real
  let source = view.tile(isHalf ? group.index / 2 : group.index) + 2 * range.lowerBound
  if isHalf {
    let half = group.index % 2
    for p in 0..<range.count {
      tile[2 * p] = source[2 * p + half]
      tile[2 * p + 1] = zero
    }
  } else {
    for p in 0..<(2 * range.count) { tile[p] = source[p] }
  }
  for p in (2 * range.count)..<(2 * size) { tile[p] = zero }
  // Lanes past the end are unspecified and must not reach a gradient.
  if group.count < (group.isComplex ? 8 : 16) {
    for p in 0..<range.count {
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
  _ view: TileView<Scalar>, _ range: Range<Int>, _ group: TileGroups.Group,
  _ tile: UnsafeMutablePointer<SIMD8<Scalar>>, size: Int
) {
  let zero = SIMD8<Scalar>()
  let isHalf = group.isComplex && view.field == .real
  let isFull = group.count == (group.isComplex ? 8 : 16)
  // Zeros where the loads below do not write.
  let written = isFull && !isHalf ? 2 * range.count : 0
  for p in written..<(2 * size) { tile[p] = zero }
  let scalars = UnsafeMutableRawPointer(tile).assumingMemoryBound(to: Scalar.self)
  let width = view.field.planeCount
  let first =
    view.base + group.index * (group.isComplex ? 8 : 16) * view.stride + width * range.lowerBound
  for start in stride(from: 0, to: group.count, by: 8) {
    let lanes = Swift.min(8, group.count - start)
    // The 8 real and 8 imaginary parts of a position are two columns of complex rows.
    loadTile(
      first + start * view.stride, view.stride, lanes: lanes, width * range.count, scalars + start,
      width == 2 ? 8 : 16)
  }
}

/// Writes or adds the first positions of a tile to positions `range` of a group.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func scatterTile<Scalar: MapScalar>(
  _ tile: UnsafeMutablePointer<SIMD8<Scalar>>, _ view: TileView<Scalar>, _ range: Range<Int>,
  _ group: TileGroups.Group, adding: Bool
) {
  if view.isRows {
    scatterRows(tile, view, range, group, adding: adding)
    return
  }
  let isHalf = group.isComplex && view.field == .real
  let target = view.tile(isHalf ? group.index / 2 : group.index) + 2 * range.lowerBound
  if isHalf {
    let half = group.index % 2
    for p in 0..<range.count {
      target[2 * p + half] = adding ? target[2 * p + half] + tile[2 * p] : tile[2 * p]
    }
  } else if adding {
    for p in 0..<(2 * range.count) { target[p] = target[p] + tile[p] }
  } else {
    for p in 0..<(2 * range.count) { target[p] = tile[p] }
  }
}

@inline(__always)
private func scatterRows<Scalar: MapScalar>(
  _ tile: UnsafeMutablePointer<SIMD8<Scalar>>, _ view: TileView<Scalar>, _ range: Range<Int>,
  _ group: TileGroups.Group, adding: Bool
) {
  let scalars = UnsafeMutableRawPointer(tile).assumingMemoryBound(to: Scalar.self)
  let width = view.field.planeCount
  let tileStride = width == 2 ? 8 : 16
  let first =
    view.base + group.index * (group.isComplex ? 8 : 16) * view.stride + width * range.lowerBound
  for start in stride(from: 0, to: group.count, by: 8) {
    let lanes = Swift.min(8, group.count - start)
    if adding {
      for lane in 0..<lanes {
        let row = first + (start + lane) * view.stride
        for i in 0..<(width * range.count) {
          row[i] = row[i] + scalars[start + lane + i * tileStride]
        }
      }
    } else {
      storeTile(
        scalars + start, tileStride, lanes: lanes, width * range.count, first + start * view.stride,
        view.stride)
    }
  }
}

/// tile[i · tileStride + l] = rows[l · rowStride + i] for i < `length` and l < `lanes` ≤ 8.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func loadTile<Scalar: MapScalar>(
  _ rows: UnsafePointer<Scalar>, _ rowStride: Int, lanes: Int, _ length: Int,
  _ tile: UnsafeMutablePointer<Scalar>, _ tileStride: Int
) {
  if Scalar.self == Float.self {
    ck_lanes_best().pointee.load(
      UnsafeRawPointer(rows).assumingMemoryBound(to: Float.self), rowStride, lanes, length,
      UnsafeMutableRawPointer(tile).assumingMemoryBound(to: Float.self), tileStride)
    return
  }
  for lane in 0..<lanes {
    for i in 0..<length { tile[i * tileStride + lane] = rows[lane * rowStride + i] }
  }
}

/// rows[l · rowStride + i] = tile[i · tileStride + l] for i < `length` and l < `lanes` ≤ 8.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func storeTile<Scalar: MapScalar>(
  _ tile: UnsafePointer<Scalar>, _ tileStride: Int, lanes: Int, _ length: Int,
  _ rows: UnsafeMutablePointer<Scalar>, _ rowStride: Int
) {
  if Scalar.self == Float.self {
    ck_lanes_best().pointee.store(
      UnsafeRawPointer(tile).assumingMemoryBound(to: Float.self), tileStride, lanes, length,
      UnsafeMutableRawPointer(rows).assumingMemoryBound(to: Float.self), rowStride)
    return
  }
  for lane in 0..<lanes {
    for i in 0..<length { rows[lane * rowStride + i] = tile[i * tileStride + lane] }
  }
}
