internal import COpenBLAS

/// Matrix products of training, by OpenBLAS on the calling thread.
///
/// OpenBLAS's bits depend on the shapes of the factors, so shapes must not depend on the number of workers.
/// Inference uses ``PackedWeights``, where the bits of a row do not depend on the number of rows.
package enum MatrixProduct {
  /// A matrix of floats whose rows are `stride` apart, or its transpose.
  package struct Factor {
    package let base: UnsafePointer<Float>
    package let stride: Int
    package let isTransposed: Bool

    package init(_ base: UnsafePointer<Float>, stride: Int, isTransposed: Bool = false) {
      self.base = base
      self.stride = stride
      self.isTransposed = isTransposed
    }
  }

  // Parallelism is ours: several threads multiply at a time, each on its own.
  private static let usesOneThread: Void = openblas_set_num_threads(1)

  /// Computes C = A B, or C += A B, with A `[rows, inner]`, B `[inner, columns]` and C `[rows, columns]`, the
  /// rows of C `stride` apart.
  package static func multiply(
    _ a: Factor, _ b: Factor, into c: UnsafeMutablePointer<Float>, stride: Int, rows: Int, columns: Int,
    inner: Int, isAdding: Bool
  ) {
    _ = usesOneThread
    cblas_sgemm(
      CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans, b.isTransposed ? CblasTrans : CblasNoTrans,
      blasint(rows), blasint(columns), blasint(inner), 1, a.base, blasint(a.stride), b.base,
      blasint(b.stride), isAdding ? 1 : 0, c, blasint(stride))
  }
}
