import Learning
import StructuredMaps

/// A kaleidoscope matrix with the parameters of a model, applied to real rows: one thread at a time.
///
/// Nothing is allocated after the first call with the most rows, but by a frozen map when its parameters are
/// set.
final class KaleidoscopeEvaluator {
  let shape: KaleidoscopeShape
  /// The outputs of the map, or the gradient with respect to them, `[outputLength]` each.
  private(set) var output: VectorBatch<Float>
  // A frozen map is packed for good, one that learns for a step.
  private var workspace = MapWorkspace<Float>()
  private var frozen: PackedKaleidoscope?
  private let learning: LearningKaleidoscope?

  /// - Parameters:
  ///   - shape: of the map.
  ///   - rows: the most that are given at a time.
  ///   - field: complex, or real where the real part alone is wanted.
  ///   - isLearning: whether gradients are asked for, and parameters set again and again.
  init(_ shape: KaleidoscopeShape, rows: Int, field: NumberField, isLearning: Bool) {
    self.shape = shape
    output = VectorBatch(length: shape.outputLength, count: rows, field: field)
    learning = isLearning ? LearningKaleidoscope(shape) : nil
  }

  /// Takes over the parameters of the map.
  func setParameters(_ source: UnsafePointer<Float>) {
    if let learning {
      learning.setParameters(source)
      return
    }
    let parameters = Array(UnsafeBufferPointer(start: source, count: shape.parameterCount))
    guard let map = try? KaleidoscopeMatrix(shape: shape, parameters: parameters) else {
      preconditionFailure("the array has the shape's length")
    }
    frozen = PackedKaleidoscope(map)
  }

  /// output = map · rows, `[count, rowStride]`.
  func forward(_ rows: UnsafePointer<Float>, count: Int, rowStride: Int) {
    output.resize(count: count)
    let input = self.rows(rows, count: count, rowStride: rowStride)
    if let learning {
      learning.forward(input, into: &output)
    } else {
      frozen?.forward(input, into: &output, workspace: &workspace)
    }
  }

  /// Sets one number of `output`, which is the gradient with respect to it from then on.
  func setOutput(_ row: Int, _ position: Int, _ value: Float) {
    output[row, position] = Complex(Double(value))
  }

  /// Adds to `gradient`, in the order of the parameters, what follows from `output` as the gradient with
  /// respect to the output of `rows`, the input of the last `forward`.
  func addParameterGradient(
    _ rows: UnsafePointer<Float>, rowStride: Int, to gradient: UnsafeMutablePointer<Float>
  ) {
    learning?.accumulateParameterGradient(
      self.rows(rows, count: output.count, rowStride: rowStride), outputGradient: output, into: gradient)
  }

  private func rows(_ base: UnsafePointer<Float>, count: Int, rowStride: Int) -> VectorRows<Float> {
    VectorRows(base, count: count, length: shape.inputLength, field: .real, rowStride: rowStride)
  }
}
