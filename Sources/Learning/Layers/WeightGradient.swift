internal import CKernels
package import Foundations

/// The gradient of a matrix of weights over the rows of one gradient part, ΔW = Σ_r dy_r x_rᵀ, r ascending: what a
/// pass's backward leaves to be done.
///
/// The parts' sums go straight to their total, in the order of the parts, so that no part has a gradient of this size of
/// its own. Rows of W may be shared out between threads at will: each number is one chain of fused multiply-adds.
package final class WeightGradient {
  package let weight: TensorReference
  private let rows: Int
  // dyᵀ, [outputs, rows].
  private let gradients: AlignedBuffer<Float>
  private let inputs: AlignedBuffer<Float>

  private var outputCount: Int { weight.shape[0] }
  private var inputCount: Int { weight.shape[1] }

  /// - Parameter rows: of the part.
  init(_ weight: TensorReference, rows: Int) {
    precondition(weight.shape.count == 2)
    self.weight = weight
    self.rows = rows
    gradients = AlignedBuffer<Float>(count: weight.shape[0] * rows)
    inputs = AlignedBuffer<Float>(count: LayerKernels.packedCount(outputs: weight.shape[1], inputs: rows))
  }

  /// Takes x over, `[rows, inputs]`.
  func setInputs(_ x: UnsafePointer<Float>) {
    LayerKernels.best.dense_pack_rows(x, inputCount, inputCount, rows, inputs.base)
  }

  /// Takes dy over, or the columns from `firstOutput` on: `[rows, columns]`, rows `stride` apart.
  func setOutputGradients(
    _ dy: UnsafePointer<Float>, stride: Int, columns: Int, firstOutput: Int = 0
  ) {
    precondition(firstOutput + columns <= outputCount)
    LayerKernels.best.transpose(dy, rows, columns, stride, gradients.base + firstOutput * rows, rows)
  }

  /// Writes `scale` times rows of ΔW to where W is laid out, or adds them.
  package func put(
    rows range: Range<Int>, into target: UnsafeMutablePointer<Float>, scale: Float, isAdding: Bool
  ) {
    precondition(range.lowerBound >= 0 && range.upperBound <= outputCount)
    LayerKernels.best.dense_product(
      inputs.base, inputCount, rows, gradients.base + range.lowerBound * rows, range.count, scale, isAdding,
      target + weight.offset + range.lowerBound * inputCount)
  }
}

extension LayerPass {
  /// Adds what backward left to be done to a gradient laid out as the parameters.
  package func addWeightGradients(to gradient: AlignedBuffer<Float>) {
    for part in weightGradients {
      part.put(rows: 0..<part.weight.shape[0], into: gradient.base, scale: 1, isAdding: true)
    }
  }
}
