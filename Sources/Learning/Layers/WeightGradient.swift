internal import CKernels
package import Foundations

/// The deferred gradient of a weight matrix over the rows of one gradient part, ΔW = Σ_r dy_r x_rᵀ, r
/// ascending.
///
/// The parts' sums are added to their total directly, in the order of the parts, so that no part holds a
/// gradient of this size. Threads may divide the rows of W in any way: each number is one chain of fused
/// multiply-adds.
package final class WeightGradient {
  package let weight: TensorReference
  private let rows: Int
  // dyᵀ, [outputs, rows].
  private let gradients: AlignedBuffer<Float>
  private let inputs: AlignedBuffer<Float>

  private var outputCount: Int { weight.shape[0] }
  private var inputCount: Int { weight.shape[1] }

  /// - Parameter rows: the rows of the part.
  init(_ weight: TensorReference, rows: Int) {
    precondition(weight.shape.count == 2)
    self.weight = weight
    self.rows = rows
    gradients = AlignedBuffer<Float>(count: weight.shape[0] * rows)
    inputs = AlignedBuffer<Float>(count: LayerKernels.packedCount(outputs: weight.shape[1], inputs: rows))
  }

  /// Copies x, `[rows, inputs]`.
  func setInputs(_ x: UnsafePointer<Float>) {
    LayerKernels.best.dense_pack_rows(x, inputCount, inputCount, rows, inputs.base)
  }

  /// Copies dy, `[rows, columns]` with rows `stride` apart, to the columns from `firstOutput` on.
  func setOutputGradients(
    _ dy: UnsafePointer<Float>, stride: Int, columns: Int, firstOutput: Int = 0
  ) {
    precondition(firstOutput + columns <= outputCount)
    LayerKernels.best.transpose(dy, rows, columns, stride, gradients.base + firstOutput * rows, rows)
  }

  /// Writes or adds `scale` times rows of ΔW to the rows of W in `target`, which is laid out like the
  /// parameters.
  package func write(
    rows range: Range<Int>, into target: UnsafeMutablePointer<Float>, scale: Float, isAdding: Bool
  ) {
    precondition(range.lowerBound >= 0 && range.upperBound <= outputCount)
    LayerKernels.best.dense_product(
      inputs.base, inputCount, rows, gradients.base + range.lowerBound * rows, range.count, scale, isAdding,
      target + weight.offset + range.lowerBound * inputCount)
  }
}

extension LayerPass {
  /// Adds the deferred gradients to a gradient laid out like the parameters.
  package func addWeightGradients(to gradient: AlignedBuffer<Float>) {
    for part in weightGradients {
      part.write(rows: 0..<part.weight.shape[0], into: gradient.base, scale: 1, isAdding: true)
    }
  }
}
