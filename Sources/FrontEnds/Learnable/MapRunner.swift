import Learning
import StructuredMaps

/// A kaleidoscope matrix whose parameters lie in a model, running on real rows: one thread at a time.
///
/// Nothing is allocated after the first call with the most rows, but by a frozen map when its parameters are set.
final class MapRunner {
  let shape: KaleidoscopeShape
  /// What the map gave, or the gradient by it, `[outputLength]` each.
  private(set) var output: VectorBatch<Float>
  private var workspace = MapWorkspace<Float>()
  private let isLearning: Bool
  // The map shares this array while it lives, and is dropped before the array is written: so no copy is made.
  private var parameters: [Float]
  private var map: KaleidoscopeMatrix<Float>?
  /// The frozen map, its twiddles packed once, with the bits of the map.
  private var packed: PackedKaleidoscope?
  private var parameterGradient: [Float]

  /// - Parameters:
  ///   - shape: of the map.
  ///   - rows: the most that are given at a time.
  ///   - field: complex, or real where the real part alone is wanted.
  ///   - isLearning: whether gradients are asked for, and parameters set again and again.
  init(_ shape: KaleidoscopeShape, rows: Int, field: NumberField, isLearning: Bool) {
    self.shape = shape
    self.isLearning = isLearning
    output = VectorBatch(length: shape.outputLength, count: rows, field: field)
    parameters = Array(repeating: 0, count: shape.parameterCount)
    parameterGradient = Array(repeating: 0, count: isLearning ? shape.parameterCount : 0)
  }

  /// Takes over the parameters of the map.
  func setParameters(_ source: UnsafePointer<Float>) {
    map = nil
    packed = nil
    parameters.withUnsafeMutableBufferPointer { target in
      for i in target.indices { target[i] = source[i] }
    }
    map = try? KaleidoscopeMatrix(shape: shape, parameters: parameters)
    precondition(map != nil, "the array has the shape's length")
    if !isLearning { packed = map.map { PackedKaleidoscope($0) } }
  }

  /// output = map · rows, `[count, rowStride]`.
  func forward(_ rows: UnsafePointer<Float>, count: Int, rowStride: Int) {
    output.resize(count: count)
    let input = self.rows(rows, count: count, rowStride: rowStride)
    if let packed {
      packed.forward(input, into: &output, workspace: &workspace)
    } else {
      map?.forward(input, into: &output, workspace: &workspace)
    }
  }

  /// Puts one number into `output`, which is the gradient by it from then on.
  func setOutput(_ row: Int, _ position: Int, _ value: Float) {
    output[row, position] = Complex(Double(value))
  }

  /// Adds to `gradient`, laid out as the parameters, what follows from `output` as the gradient by the output of `rows`,
  /// which `forward` was given.
  func addParameterGradient(
    _ rows: UnsafePointer<Float>, rowStride: Int, to gradient: UnsafeMutablePointer<Float>
  ) {
    parameterGradient.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
    map?.accumulateParameterGradient(
      self.rows(rows, count: output.count, rowStride: rowStride), outputGradient: output,
      into: &parameterGradient, workspace: &workspace)
    parameterGradient.withUnsafeBufferPointer { for i in $0.indices { gradient[i] += $0[i] } }
  }

  private func rows(_ base: UnsafePointer<Float>, count: Int, rowStride: Int) -> VectorRows<Float> {
    VectorRows(base, count: count, length: shape.inputLength, field: .real, rowStride: rowStride)
  }
}
