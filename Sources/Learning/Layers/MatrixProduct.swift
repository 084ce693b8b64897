internal import CKernels
import Foundations

/// Matrix products of training, by the kernel of dense layers, with the memory that they need.
///
/// Each number of a product is one chain of fused multiply-adds over the inner index, ascending, so its bits
/// depend on its row of A and its column of B alone. One thread at a time; memory is allocated when a product
/// is larger than those before.
package final class MatrixProduct {
  /// A matrix of contiguous floats, or its transpose.
  package struct Factor {
    package let base: UnsafePointer<Float>
    package let isTransposed: Bool

    package init(_ base: UnsafePointer<Float>, isTransposed: Bool = false) {
      self.base = base
      self.isTransposed = isTransposed
    }

    /// The transposed factor.
    package var transposed: Self { Self(base, isTransposed: !isTransposed) }
  }

  // B as the kernel reads it.
  private var packed = AlignedBuffer<Float>(count: 0)
  // The rows of a transposed A.
  private var rows = AlignedBuffer<Float>(count: 0)

  package init() {}

  /// Computes C = A B, or C += A B, with A `[rows, inner]`, B `[inner, columns]` and C `[rows, columns]`.
  package func multiply(
    _ a: Factor, _ b: Factor, into c: UnsafeMutablePointer<Float>, rows count: Int, columns: Int, inner: Int,
    isAdding: Bool
  ) {
    let kernels = LayerKernels.best
    Self.grow(&packed, to: LayerKernels.packedCount(outputs: columns, inputs: inner))
    if b.isTransposed {
      kernels.dense_pack(b.base, nil, columns, inner, packed.base)
    } else {
      kernels.dense_pack_rows(b.base, columns, columns, inner, packed.base)
    }
    var x = a.base
    if a.isTransposed {
      Self.grow(&rows, to: count * inner)
      kernels.transpose(a.base, inner, count, count, rows.base, inner)
      x = UnsafePointer(rows.base)
    }
    kernels.dense_product(packed.base, columns, inner, x, count, 1, isAdding, c)
  }

  private static func grow(_ buffer: inout AlignedBuffer<Float>, to count: Int) {
    if buffer.count < count { buffer = AlignedBuffer<Float>(count: count) }
  }
}
