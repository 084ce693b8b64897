import Foundations
import Learning

/// A complex matrix W of `rows` × `columns` made from fewer or as many parameters; a tensor's planes are
/// real, then imaginary.
protocol MatrixStructure: Sendable {
  var rows: Int { get }
  var columns: Int { get }
  var tensors: [TensorReference] { get }
  /// The structure, such as `complex circulant matrix 512 × 400`.
  var summary: String { get }
  /// Multiplications and additions of a product with a real vector that makes use of the structure.
  var operations: Int { get }
  /// Floats that ``write(_:into:scratch:)`` and ``addGradient(of:_:scratch:to:)`` need beside the matrix.
  var scratchCount: Int { get }

  /// Writes W out as `[2 rows, columns]`, real rows and then imaginary ones.
  ///
  /// - Parameter target: zero at first.
  /// - Returns: where W is: `target`, or the parameters themselves.
  func write(
    _ values: ModelValues, into target: UnsafeMutablePointer<Float>, scratch: MatrixScratch
  ) -> UnsafeMutablePointer<Float>

  /// Adds the gradient with respect to the parameters that follows from that with respect to W.
  ///
  /// - Parameters:
  ///   - gradient: with respect to W, `[2 rows, columns]`.
  ///   - values: those written last, for which `scratch` holds what ``write(_:into:scratch:)`` left.
  func addGradient(
    of gradient: UnsafeMutablePointer<Float>, _ values: ModelValues, scratch: MatrixScratch,
    to target: AlignedBuffer<Float>)
}

extension MatrixStructure {
  var scratchCount: Int { 0 }

  /// Entries of W, each of two floats.
  var planeCount: Int { rows * columns }
}

/// The memory of a structure beside its matrix.
final class MatrixScratch {
  private let storage: AlignedBuffer<Float>
  let product = MatrixProduct()

  /// As many floats as the structure asks for.
  var floats: UnsafeMutablePointer<Float> { storage.base }

  init(count: Int) { storage = AlignedBuffer<Float>(count: count) }
}

/// A structured matrix written out, and the gradient with respect to it.
///
/// One thread at a time; nothing is allocated after the first step.
final class MatrixWriter {
  private let structure: any MatrixStructure
  private let storage: AlignedBuffer<Float>
  private let scratch: MatrixScratch

  /// The gradient with respect to the matrix, `[2 rows, columns]`, to be filled before
  /// ``addGradient(_:to:)``.
  var gradient: UnsafeMutablePointer<Float> { storage.base + 2 * structure.planeCount }

  init(_ structure: any MatrixStructure) {
    self.structure = structure
    storage = AlignedBuffer<Float>(count: 4 * structure.planeCount)
    scratch = MatrixScratch(count: structure.scratchCount)
  }

  /// The matrix of these values; the pointer holds until the next call.
  func write(_ values: ModelValues) -> UnsafeMutablePointer<Float> {
    structure.write(values, into: storage.base, scratch: scratch)
  }

  /// Adds the gradient with respect to the parameters that follows from ``gradient``; `values` are those
  /// written last.
  func addGradient(_ values: ModelValues, to target: AlignedBuffer<Float>) {
    structure.addGradient(of: gradient, values, scratch: scratch, to: target)
  }
}
