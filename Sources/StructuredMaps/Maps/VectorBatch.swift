import Foundations

/// `count` vectors of `length` numbers, in tiles with the batch innermost: `[tile][position][16]`, aligned to
/// 64 bytes.
///
/// A tile holds `lanes` vectors: 8 complex or 16 real. Each of its positions is 16 contiguous scalars, in a
/// complex batch 8 real parts and then 8 imaginary parts, so that one vector instruction does the same step
/// of neighboring vectors. Lanes past `count` are unspecified, and every reader ignores them.
///
/// A batch has one owner, is reused from call to call, and is used by one thread at a time.
package struct VectorBatch<Scalar: MapScalar>: ~Copyable {
  package let length: Int
  package let field: NumberField
  package private(set) var count: Int
  private var capacity: Int
  private var storage: AlignedBuffer<Scalar>

  /// Scalars in one position of a tile.
  package static var scalarsPerPosition: Int { 16 }

  /// A batch of zeros.
  package init(length: Int, count: Int, field: NumberField) {
    precondition(length > 0 && count >= 0, "a batch of \(count) vectors of length \(length)")
    self.length = length
    self.field = field
    self.count = count
    let tiles = Self.tiles(count, field)
    capacity = tiles * Self.lanes(field)
    storage = AlignedBuffer(count: tiles * length * Self.scalarsPerPosition)
  }

  /// Vectors per tile.
  package var lanes: Int { Self.lanes(field) }

  package var tileCount: Int { Self.tiles(count, field) }

  /// Scalars per tile.
  package var tileStride: Int { length * Self.scalarsPerPosition }

  /// Changes the number of vectors; remaining vectors keep their values, new ones are unspecified.
  ///
  /// Allocates only to grow beyond the largest count so far.
  package mutating func resize(count newCount: Int) {
    precondition(newCount >= 0)
    if newCount > capacity {
      let tiles = Self.tiles(newCount, field)
      let grown = AlignedBuffer<Scalar>(count: tiles * tileStride)
      grown.base.update(from: storage.base, count: tileCount * tileStride)
      storage = grown
      capacity = tiles * lanes
    }
    count = newCount
  }

  /// The first tile.
  var base: UnsafeMutablePointer<Scalar> { storage.base }

  /// The scalars of a tile, for loops with the batch innermost.
  ///
  /// The pointer is valid until the batch grows or is destroyed.
  package func tile(_ index: Int) -> UnsafeMutablePointer<Scalar> {
    precondition(index >= 0 && index < tileCount)
    return storage.base + index * tileStride
  }

  /// One number of one vector, for tests and small jobs; a real batch drops imaginary parts.
  package subscript(vector: Int, position: Int) -> Complex {
    get {
      let p = pointer(vector, position)
      return Complex(Double(p[0]), field == .complex ? Double(p[8]) : 0)
    }
    set {
      let p = pointer(vector, position)
      p[0] = Scalar(newValue.real)
      if field == .complex { p[8] = Scalar(newValue.imaginary) }
    }
  }

  package mutating func setAllToZero() {
    storage.base.update(repeating: 0, count: tileCount * tileStride)
  }

  /// Reads real vectors from `rows`, `[count, length]`, `rowStride` scalars from row to row.
  ///
  /// Imaginary parts become zero. Allocates nothing.
  package mutating func load(rows: UnsafePointer<Scalar>, rowStride: Int) {
    precondition(rowStride >= length)
    for index in 0..<tileCount {
      let target = tile(index)
      if field == .complex { target.update(repeating: 0, count: tileStride) }
      for start in stride(from: index * lanes, to: min(index * lanes + lanes, count), by: 8) {
        loadTile(
          rows + start * rowStride, rowStride, lanes: min(8, count - start), length,
          target + start % lanes, Self.scalarsPerPosition)
      }
    }
  }

  /// Writes the real parts to `rows`, `[count, length]`, `rowStride` scalars from row to row.
  package func storeRealParts(rows: UnsafeMutablePointer<Scalar>, rowStride: Int) {
    precondition(rowStride >= length)
    for index in 0..<tileCount {
      for start in stride(from: index * lanes, to: min(index * lanes + lanes, count), by: 8) {
        storeTile(
          tile(index) + start % lanes, Self.scalarsPerPosition, lanes: min(8, count - start), length,
          rows + start * rowStride, rowStride)
      }
    }
  }

  /// Reads complex vectors from `rows`, `[count, length]` interleaved (real, imaginary).
  ///
  /// Rows are `rowStride` scalars apart. Allocates nothing.
  package mutating func load(interleavedRows rows: UnsafePointer<Scalar>, rowStride: Int) {
    precondition(field == .complex && rowStride >= 2 * length)
    for index in 0..<tileCount {
      // The 8 real and 8 imaginary parts of a position are two columns of the rows.
      loadTile(
        rows + 8 * index * rowStride, rowStride, lanes: min(8, count - 8 * index), 2 * length, tile(index), 8)
    }
  }

  /// Writes complex vectors to `rows`, `[count, length]` interleaved (real, imaginary).
  package func store(interleavedRows rows: UnsafeMutablePointer<Scalar>, rowStride: Int) {
    precondition(field == .complex && rowStride >= 2 * length)
    for index in 0..<tileCount {
      storeTile(
        tile(index), 8, lanes: min(8, count - 8 * index), 2 * length, rows + 8 * index * rowStride, rowStride)
    }
  }

  private func pointer(_ vector: Int, _ position: Int) -> UnsafeMutablePointer<Scalar> {
    precondition(vector >= 0 && vector < count && position >= 0 && position < length)
    let (index, lane) = vector.quotientAndRemainder(dividingBy: lanes)
    return storage.base + (index * tileStride + position * Self.scalarsPerPosition + lane)
  }

  private static func lanes(_ field: NumberField) -> Int { field == .real ? 16 : 8 }

  private static func tiles(_ count: Int, _ field: NumberField) -> Int {
    (count + lanes(field) - 1) / lanes(field)
  }
}

// Invariant: the batch is the sole owner of its memory.
extension VectorBatch: @unchecked Sendable {}

extension VectorBatch {
  /// A real batch of `rows`, which have one length.
  package init(rows: [[Double]]) {
    self.init(length: rows.first?.count ?? 1, count: rows.count, field: .real)
    for (v, row) in rows.enumerated() {
      precondition(row.count == length)
      for (p, value) in row.enumerated() { self[v, p] = Complex(value) }
    }
  }

  /// A complex batch of `rows`, which have one length.
  package init(complexRows rows: [[Complex]]) {
    self.init(length: rows.first?.count ?? 1, count: rows.count, field: .complex)
    for (v, row) in rows.enumerated() {
      precondition(row.count == length)
      for (p, value) in row.enumerated() { self[v, p] = value }
    }
  }

  /// The vector at `index`.
  package func vector(_ index: Int) -> [Complex] {
    (0..<length).map { self[index, $0] }
  }
}
