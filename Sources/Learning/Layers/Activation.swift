/// y = max(x, 0), element by element.
package struct RectifiedLinear: SequenceLayer {
  package let inputWidth: Int
  package var outputWidth: Int { inputWidth }
  package var context: FrameContext { FrameContext() }
  package var summary: String { "ReLU" }

  package init(width: Int) { inputWidth = width }

  package func makePass(_ inputShape: SequenceShape) -> any LayerPass {
    RectifiedLinearPass(shape: inputShape, width: inputWidth)
  }

  package func makeStream(_ values: ModelValues) -> any RowStream { RectifiedLinearStream(width: inputWidth) }
}

private final class RectifiedLinearPass: LayerPass {
  let outputShape: SequenceShape
  let output: Matrix
  private let storage: FloatStorage

  init(shape: SequenceShape, width: Int) {
    outputShape = shape
    storage = FloatStorage(count: shape.totalRows * width)
    output = Matrix(storage.base, rows: shape.totalRows, columns: width)
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    for i in 0..<input.count { output.base[i] = max(input.base[i], 0) }
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: FloatStorage, step: StepContext
  ) {
    guard let inputGradient else { return }
    for i in 0..<input.count { inputGradient.base[i] = input.base[i] > 0 ? outputGradient.base[i] : 0 }
  }
}

private final class RectifiedLinearStream: RowStream {
  let inputWidth: Int
  var outputWidth: Int { inputWidth }
  var latencyRows: Int? { 0 }

  init(width: Int) { inputWidth = width }

  func maximumRows(accepting count: Int) -> Int { count }
  func maximumFinishRows(accepting count: Int) -> Int { 0 }

  func accept(_ rows: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>) -> Int {
    for i in 0..<(count * inputWidth) { output[i] = max(rows[i], 0) }
    return count
  }

  func finish(into output: UnsafeMutablePointer<Float>) -> Int { 0 }
}
