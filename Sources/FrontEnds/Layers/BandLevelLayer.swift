import CKernels
import Foundations
import Learning

/// The level of a frame: the mean over its bands of ln(1 + E), E ≥ 0; nothing learned, and no gradient.
///
/// Rows of `[bands]` to rows of one number.
struct BandLevelLayer: SequenceLayer {
  let inputWidth: Int
  var outputWidth: Int { 1 }
  var context: FrameContext { FrameContext() }
  var summary: String { "level" }
  var isLearned: Bool { false }

  func makePass(_ inputShape: SequenceShape) -> any LayerPass { BandLevelPass(self, shape: inputShape) }

  func makeStream(_ values: ModelValues) -> any LayerStream {
    let logarithms = AlignedBuffer<Float>(count: inputWidth)
    return RowwiseStream(inputWidth: inputWidth, outputWidth: 1) { rows, count, output in
      for row in 0..<count { output[row] = level(rows + row * inputWidth, scratch: logarithms.base) }
    }
  }

  fileprivate func level(_ x: UnsafePointer<Float>, scratch: UnsafeMutablePointer<Float>) -> Float {
    for i in 0..<inputWidth { scratch[i] = x[i] + 1 }
    ck_signal_best().pointee.logarithm(scratch, inputWidth)
    var sum = 0.0
    for i in 0..<inputWidth { sum += Double(scratch[i]) }
    return Float(sum / Double(inputWidth))
  }
}

private final class BandLevelPass: LayerPass {
  let outputShape: SequenceShape
  let output: Matrix
  private let layer: BandLevelLayer
  private let storage: AlignedBuffer<Float>
  private let logarithms: AlignedBuffer<Float>

  init(_ layer: BandLevelLayer, shape: SequenceShape) {
    self.layer = layer
    outputShape = shape
    storage = AlignedBuffer<Float>(count: shape.totalRows)
    logarithms = AlignedBuffer<Float>(count: layer.inputWidth)
    output = Matrix(storage.base, rows: shape.totalRows, columns: 1)
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    for row in 0..<output.rows {
      output.base[row] = layer.level(input.row(row), scratch: logarithms.base)
    }
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext
  ) { precondition(inputGradient == nil, "a level takes no gradient") }
}
