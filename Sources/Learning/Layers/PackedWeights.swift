internal import CKernels
import Foundations

/// A dense map packed for the inference kernel: y[n] = b[n] + Σ_k W[n, k] · x[k], k ascending.
///
/// The bits of a row do not depend on the number of rows. Immutable; shared by any number of threads.
package final class PackedWeights: Sendable {
  package let inputs: Int
  package let outputs: Int
  private let packed: AlignedBuffer<Float>

  /// - Parameters:
  ///   - weights: `[outputs, inputs]`; copied.
  ///   - bias: `[outputs]`; nil for zeros.
  ///   - inputs: values of an input row.
  ///   - outputs: values of an output row.
  package init(
    weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?, inputs: Int, outputs: Int
  ) {
    self.inputs = inputs
    self.outputs = outputs
    packed = AlignedBuffer<Float>(count: LayerKernels.packedCount(outputs: outputs, inputs: inputs))
    LayerKernels.best.dense_pack(weights, bias, outputs, inputs, packed.base)
  }

  /// Writes `[count, outputs]` for rows `[count, inputs]`; allocates nothing.
  package func apply(
    _ rows: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>
  ) {
    LayerKernels.best.dense(packed.base, outputs, inputs, rows, count, output)
  }
}

/// The kernels for this processor, chosen once.
enum LayerKernels {
  // Invariant behind nonisolated(unsafe): a constant table of function pointers, written once.
  nonisolated(unsafe) static let best: ck_layer_kernels = ck_layers_best().pointee

  /// The floats that packed weights take.
  static func packedCount(outputs: Int, inputs: Int) -> Int {
    let panel = Int(best.panel)
    return (outputs + panel - 1) / panel * panel * (inputs + 1)
  }
}
