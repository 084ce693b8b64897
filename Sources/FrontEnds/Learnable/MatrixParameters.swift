import Foundations
import Learning

/// A complex matrix W of `rows` × `columns` and the parameters that it is made from; planes are real, then imaginary.
struct MatrixParameters: Sendable {
  enum Structure: Sendable {
    /// W itself, `[2, rows, columns]`.
    case dense(TensorReference)
    /// W = U V with U `[2, rows, rank]` and V `[2, rank, columns]`.
    case lowRank(left: TensorReference, right: TensorReference, rank: Int)
    /// In each row as many entries, at the columns of `support` `[rows, entries]`; weights `[2, rows, entries]`.
    case sparse(TensorReference, support: [Int])
    /// W[o, j] = c[(o − j) mod rows], c `[2, rows]`.
    case circulant(TensorReference)
  }

  let rows: Int
  let columns: Int
  let structure: Structure

  var tensors: [TensorReference] {
    switch structure {
    case .dense(let weight), .sparse(let weight, _), .circulant(let weight): [weight]
    case .lowRank(let left, let right, _): [left, right]
    }
  }

  var words: String {
    switch structure {
    case .dense: "complex matrix \(rows) × \(columns)"
    case .lowRank(_, _, let rank): "complex matrix \(rows) × \(columns) of rank \(rank)"
    case .sparse(_, let support): "complex matrix \(rows) × \(columns) with \(support.count) entries"
    case .circulant: "complex circulant matrix \(rows) × \(columns)"
    }
  }

  /// Multiplications and additions that a product with a real vector takes, the structure made use of.
  var operations: Int {
    switch structure {
    case .dense: return 4 * rows * columns
    case .lowRank(_, _, let rank): return 4 * rank * columns + 8 * rows * rank
    case .sparse(_, let support): return 4 * support.count
    case .circulant:
      // Two complex transforms and a product of spectra.
      let log2 = Int.bitWidth - 1 - rows.leadingZeroBitCount
      return 2 * 5 * rows * log2 + 6 * rows
    }
  }
}

/// Writes a structured matrix out as `[2 rows, columns]`, real rows and then imaginary ones, and folds the gradient back.
///
/// One thread at a time; nothing is allocated after it is made.
final class MatrixWriter {
  private let matrix: MatrixParameters
  private let storage: AlignedBuffer<Float>
  // −Im U and −Im V, where there are such.
  private let negated: AlignedBuffer<Float>
  private let planeCount: Int

  /// The gradient by the matrix written out, `[2 rows, columns]`, to be filled before ``addGradient(_:to:)``.
  var gradient: UnsafeMutablePointer<Float> { storage.base + 2 * planeCount }

  init(_ matrix: MatrixParameters) {
    self.matrix = matrix
    planeCount = matrix.rows * matrix.columns
    storage = AlignedBuffer<Float>(count: 4 * planeCount)
    if case .lowRank(let left, let right, _) = matrix.structure {
      negated = AlignedBuffer<Float>(count: left.count / 2 + right.count / 2)
    } else {
      negated = AlignedBuffer<Float>(count: 0)
    }
  }

  /// The matrix of these values; the pointer holds until the next call.
  func write(_ values: ModelValues) -> UnsafeMutablePointer<Float> {
    let (rows, columns) = (matrix.rows, matrix.columns)
    let target = storage.base
    switch matrix.structure {
    case .dense(let weight): return values.parameter(weight)
    case .lowRank(let left, let right, let rank):
      let factors = factors(left, right, rank, values)
      // Wr = Ur Vr − Ui Vi, Wi = Ur Vi + Ui Vr
      multiply(factors.ur, factors.vr, into: target, rows, columns, rank, isAdding: false)
      multiply(factors.uiNegated, factors.vi, into: target, rows, columns, rank, isAdding: true)
      multiply(factors.ur, factors.vi, into: target + planeCount, rows, columns, rank, isAdding: false)
      multiply(factors.ui, factors.vr, into: target + planeCount, rows, columns, rank, isAdding: true)
    case .sparse(let weight, let support):
      let w = values.parameter(weight)
      let entries = support.count / rows
      target.update(repeating: 0, count: 2 * planeCount)
      for (i, column) in support.enumerated() {
        let place = i / entries * columns + column
        target[place] = w[i]
        target[planeCount + place] = w[support.count + i]
      }
    case .circulant(let weight):
      let c = values.parameter(weight)
      for plane in 0..<2 {
        for o in 0..<rows {
          let row = target + plane * planeCount + o * columns
          for j in 0..<columns { row[j] = c[plane * rows + (o - j + rows) % rows] }
        }
      }
    }
    return target
  }

  /// Adds the gradient by the parameters that follows from ``gradient``; `values` are those written last.
  func addGradient(_ values: ModelValues, to target: AlignedBuffer<Float>) {
    let (rows, columns) = (matrix.rows, matrix.columns)
    let (re, im) = (gradient, gradient + planeCount)
    switch matrix.structure {
    case .dense(let weight):
      let to = target.base + weight.offset
      for i in 0..<(2 * planeCount) { to[i] += re[i] }
    case .lowRank(let left, let right, let rank):
      let f = factors(left, right, rank, values)
      let (ur, vr) = (target.base + left.offset, target.base + right.offset)
      let (ui, vi) = (ur + left.count / 2, vr + right.count / 2)
      func addLeft(_ g: UnsafePointer<Float>, _ v: Factor, _ to: UnsafeMutablePointer<Float>) {
        multiply(
          Factor(g, stride: columns), v.transposed, into: to, rows, rank, columns, isAdding: true)
      }
      func addRight(_ u: Factor, _ g: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>) {
        multiply(u.transposed, Factor(g, stride: columns), into: to, rank, columns, rows, isAdding: true)
      }
      addLeft(re, f.vr, ur)
      addLeft(im, f.vi, ur)
      addLeft(re, f.viNegated, ui)
      addLeft(im, f.vr, ui)
      addRight(f.ur, re, vr)
      addRight(f.ui, im, vr)
      addRight(f.uiNegated, re, vi)
      addRight(f.ur, im, vi)
    case .sparse(let weight, let support):
      let to = target.base + weight.offset
      let entries = support.count / rows
      for (i, column) in support.enumerated() {
        let place = i / entries * columns + column
        to[i] += re[place]
        to[support.count + i] += im[place]
      }
    case .circulant(let weight):
      let to = target.base + weight.offset
      for o in 0..<rows {
        for j in 0..<columns {
          let place = (o - j + rows) % rows
          to[place] += re[o * columns + j]
          to[rows + place] += im[o * columns + j]
        }
      }
    }
  }

  private typealias Factor = MatrixProduct.Factor

  private struct Factors {
    let ur, ui, uiNegated, vr, vi, viNegated: Factor
  }

  private func factors(
    _ left: TensorReference, _ right: TensorReference, _ rank: Int, _ values: ModelValues
  ) -> Factors {
    let (u, v) = (values.parameter(left), values.parameter(right))
    let (uCount, vCount) = (left.count / 2, right.count / 2)
    let (uNegated, vNegated) = (negated.base, negated.base + uCount)
    for i in 0..<uCount { uNegated[i] = -u[uCount + i] }
    for i in 0..<vCount { vNegated[i] = -v[vCount + i] }
    return Factors(
      ur: Factor(u, stride: rank), ui: Factor(u + uCount, stride: rank),
      uiNegated: Factor(uNegated, stride: rank), vr: Factor(v, stride: matrix.columns),
      vi: Factor(v + vCount, stride: matrix.columns), viNegated: Factor(vNegated, stride: matrix.columns))
  }

  private func multiply(
    _ a: Factor, _ b: Factor, into c: UnsafeMutablePointer<Float>, _ rows: Int, _ columns: Int, _ inner: Int,
    isAdding: Bool
  ) {
    MatrixProduct.multiply(
      a, b, into: c, stride: columns, rows: rows, columns: columns, inner: inner, isAdding: isAdding)
  }
}

extension MatrixProduct.Factor {
  /// The factor read the other way.
  fileprivate var transposed: Self { Self(base, stride: stride, isTransposed: !isTransposed) }
}
