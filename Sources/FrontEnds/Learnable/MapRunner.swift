import Learning
import StructuredMaps

/// A kaleidoscope matrix whose parameters lie in a model, running on rows: one thread at a time.
///
/// Nothing is allocated after the first call with the most rows.
final class MapRunner {
  let shape: KaleidoscopeShape
  /// The rows of the last `load`, `[inputLength]` each.
  private var input: VectorBatch<Float>
  /// What the map gave, or the gradient by it, `[outputLength]` each.
  private(set) var output: VectorBatch<Float>
  private var workspace = MapWorkspace<Float>()
  // The map shares this array while it lives, and is dropped before the array is written: so no copy is made.
  private var parameters: [Float]
  private var map: KaleidoscopeMatrix<Float>?
  private var parameterGradient: [Float]

  /// - Parameters:
  ///   - shape: of the map.
  ///   - rows: the most that are loaded at a time.
  ///   - field: complex, or real where the real part alone is wanted.
  ///   - isLearning: whether gradients are asked for.
  init(_ shape: KaleidoscopeShape, rows: Int, field: NumberField, isLearning: Bool) {
    self.shape = shape
    input = VectorBatch(length: shape.inputLength, count: rows, field: .real)
    output = VectorBatch(length: shape.outputLength, count: rows, field: field)
    parameters = Array(repeating: 0, count: shape.parameterCount)
    parameterGradient = Array(repeating: 0, count: isLearning ? shape.parameterCount : 0)
  }

  /// Takes over the parameters of the map.
  func setParameters(_ source: UnsafePointer<Float>) {
    map = nil
    parameters.withUnsafeMutableBufferPointer { target in
      for i in target.indices { target[i] = source[i] }
    }
    map = try? KaleidoscopeMatrix(shape: shape, parameters: parameters)
    precondition(map != nil, "the array has the shape's length")
  }

  /// Takes real rows, `[count, rowStride]`.
  func load(_ rows: UnsafePointer<Float>, count: Int, rowStride: Int) {
    input.resize(count: count)
    output.resize(count: count)
    input.load(rows: rows, rowStride: rowStride)
  }

  /// output = map · input.
  func forward() { map?.forward(input, into: &output, workspace: &workspace) }

  /// Puts one number into `output`, which is the gradient by it from then on.
  func setOutput(_ row: Int, _ position: Int, _ value: Float) {
    output[row, position] = Complex(Double(value))
  }

  /// Adds to `gradient`, laid out as the parameters, what follows from `output` as the gradient by the output.
  func addParameterGradient(to gradient: UnsafeMutablePointer<Float>) {
    parameterGradient.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
    map?.accumulateParameterGradient(
      input, outputGradient: output, into: &parameterGradient, workspace: &workspace)
    parameterGradient.withUnsafeBufferPointer { for i in $0.indices { gradient[i] += $0[i] } }
  }
}
