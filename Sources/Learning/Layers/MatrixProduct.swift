internal import COpenBLAS

/// Products of matrices for training: OpenBLAS on the calling thread.
///
/// OpenBLAS's bits depend on the shapes of the factors, so a step's must not depend on the number of workers. Inference
/// has a kernel of its own (``PackedWeights``), whose rows do not depend on how many there are.
package enum MatrixProduct {
  /// A factor: `rows` × `columns` floats, rows `stride` apart, or the transpose of that.
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

  // Run at the first product. Several threads multiply at a time, each by itself.
  private static let usesOneThread: Void = openblas_set_num_threads(1)

  /// C = A · B, or C += A · B, with A `[rows, inner]`, B `[inner, columns]` and C `[rows, columns]`, C's rows
  /// `stride` apart.
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
