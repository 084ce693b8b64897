import Foundations
import Glibc
import Learning
import StructuredMaps

/// The matrix W of all patches, `[rows, points]`.
///
/// W₀ is the first rows, lowest in (i/coefficients)² + (1.5 j/height)², of the orthonormal DCT-II over the
/// bands of each coefficient i, j its index over bands. What is learned begins so that W = W₀.
struct PatchMatrix: Sendable {
  enum Structure: Sendable {
    /// W = W₀.
    case fixed
    /// W = W₀ K, K one real 𝓑𝓑*.
    case kaleidoscope(KaleidoscopeShape, TensorReference)
    /// W = W₀ M with M[(a, b), (c, d)] = L_b[a, c] R_c[b, d]: coefficients a and c, bands b and d. L is
    /// `[height, coefficients, coefficients]`, R `[coefficients, height, height]`.
    case monarch(left: TensorReference, right: TensorReference)
    /// W itself.
    case dense(TensorReference)
  }

  let geometry: PatchGeometry
  let rows: Int
  let structure: Structure

  var tensors: [TensorReference] {
    switch structure {
    case .fixed: []
    case .kaleidoscope(_, let twiddle): [twiddle]
    case .monarch(let left, let right): [left, right]
    case .dense(let weight): [weight]
    }
  }

  var summary: String {
    switch structure {
    case .fixed: "DCT"
    case .kaleidoscope: "K-matrix of \(geometry.points) points"
    case .monarch: "Monarch matrix of \(geometry.points) points"
    case .dense: "matrix \(rows) × \(geometry.points)"
    }
  }

  /// Multiplications and additions of a patch, as the structure allows.
  var operations: Int {
    let (points, height) = (geometry.points, geometry.height)
    let transform = 2 * rows * height
    switch structure {
    case .fixed: return transform
    case .kaleidoscope: return transform + 6 * points * points.trailingZeroBitCount
    case .monarch: return transform + 2 * points * (height + geometry.coefficients)
    case .dense: return 2 * rows * points
    }
  }

  /// W₀, `[rows, points]`.
  static func transform(_ geometry: PatchGeometry, rows: Int) -> [Float] {
    let (height, coefficients) = (geometry.height, geometry.coefficients)
    func square(_ x: Double) -> Double { x * x }
    let order = (0..<geometry.points).map { index in
      let (i, j) = (Double(index / height), Double(index % height))
      return (square(i / Double(coefficients)) + square(1.5 * j / Double(height)), index)
    }.sorted { $0 < $1 }
    var matrix = [Float](repeating: 0, count: rows * geometry.points)
    for (row, (_, index)) in order.prefix(rows).enumerated() {
      let (i, j) = (index / height, index % height)
      let scale = ((j == 0 ? 1 : 2) / Double(height)).squareRoot()
      for band in 0..<height {
        matrix[row * geometry.points + i * height + band] = Float(
          scale * cos(.pi * Double(j) * (Double(band) + 0.5) / Double(height)))
      }
    }
    return matrix
  }
}

/// W of a step and the gradient with respect to it, which becomes that of what is learned; one thread at a
/// time.
final class PatchWeights {
  private let matrix: PatchMatrix
  private let points: Int
  private let transform: AlignedBuffer<Float>
  private let storage: AlignedBuffer<Float>
  private let evaluator: KaleidoscopeEvaluator?
  // Of a K-matrix, the identity, `[points, points]`.
  private let identity: AlignedBuffer<Float>
  private let product = MatrixProduct()

  /// W, `[rows, points]`.
  var weights: UnsafeMutablePointer<Float> { storage.base }
  /// `[rows, points]`, to be filled before ``addGradient(_:to:)``.
  var gradient: UnsafeMutablePointer<Float> { storage.base + matrix.rows * points }
  /// The square factor of W, or the gradient with respect to it, `[points, points]`.
  private var square: UnsafeMutablePointer<Float> { storage.base + 2 * matrix.rows * points }

  init(_ matrix: PatchMatrix, isLearning: Bool) {
    self.matrix = matrix
    points = matrix.geometry.points
    transform = AlignedBuffer<Float>(PatchMatrix.transform(matrix.geometry, rows: matrix.rows), slack: 0)
    storage = AlignedBuffer<Float>(count: (2 * matrix.rows + points) * points)
    if case .kaleidoscope(let shape, _) = matrix.structure {
      evaluator = KaleidoscopeEvaluator(shape, rows: points, field: .real, isLearning: isLearning)
      identity = AlignedBuffer<Float>(count: points * points)
      for i in 0..<points { identity.base[i * points + i] = 1 }
    } else {
      evaluator = nil
      identity = AlignedBuffer<Float>(count: 1)
    }
  }

  /// Writes W.
  func set(_ values: ModelValues) {
    switch matrix.structure {
    case .fixed:
      weights.update(from: transform.base, count: matrix.rows * points)
      return
    case .dense(let weight):
      weights.update(from: values.parameter(weight), count: weight.count)
      return
    case .kaleidoscope(_, let twiddle):
      guard let evaluator else { return }
      evaluator.setParameters(values.parameter(twiddle))
      evaluator.forward(identity.base, count: points, rowStride: points)
      for m in 0..<points {
        for n in 0..<points { square[m * points + n] = Float(evaluator.output[n, m].real) }
      }
    case .monarch(let left, let right):
      let (l, r) = (values.parameter(left), values.parameter(right))
      forEachEntry { entry, leftIndex, rightIndex in square[entry] = l[leftIndex] * r[rightIndex] }
    }
    product.multiply(
      .init(transform.base), .init(square), into: weights, rows: matrix.rows, columns: points, inner: points,
      isAdding: false)
  }

  /// Adds the gradient with respect to what is learned that follows from ``gradient``.
  func addGradient(_ values: ModelValues, to target: AlignedBuffer<Float>) {
    switch matrix.structure {
    case .fixed: return
    case .dense(let weight):
      for i in 0..<weight.count { target.base[weight.offset + i] += gradient[i] }
      return
    case .kaleidoscope, .monarch: break
    }
    product.multiply(
      .init(transform.base, isTransposed: true), .init(gradient), into: square, rows: points, columns: points,
      inner: matrix.rows, isAdding: false)
    switch matrix.structure {
    case .kaleidoscope(_, let twiddle):
      guard let evaluator else { return }
      for m in 0..<points {
        for n in 0..<points { evaluator.setOutput(n, m, square[m * points + n]) }
      }
      evaluator.addParameterGradient(identity.base, rowStride: points, to: target.base + twiddle.offset)
    case .monarch(let left, let right):
      let (l, r) = (values.parameter(left), values.parameter(right))
      let (dl, dr) = (target.base + left.offset, target.base + right.offset)
      forEachEntry { entry, leftIndex, rightIndex in
        dl[leftIndex] += square[entry] * r[rightIndex]
        dr[rightIndex] += square[entry] * l[leftIndex]
      }
    case .fixed, .dense: return
    }
  }

  /// The entries of a Monarch matrix, each with the indices of its two factors.
  private func forEachEntry(_ body: (_ entry: Int, _ left: Int, _ right: Int) -> Void) {
    let (height, coefficients) = (matrix.geometry.height, matrix.geometry.coefficients)
    for a in 0..<coefficients {
      for b in 0..<height {
        for c in 0..<coefficients {
          for d in 0..<height {
            body(
              (a * height + b) * points + c * height + d, (b * coefficients + a) * coefficients + c,
              (c * height + b) * height + d)
          }
        }
      }
    }
  }
}
