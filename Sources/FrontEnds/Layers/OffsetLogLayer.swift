import CKernels
import Foundations
import Learning

/// y = ln(E + 1) of energies E ≥ 0; rows to rows of one width, nothing learned.
///
/// The offset is one squared step of 16 bits: far below speech, and a floor for digital silence.
struct OffsetLogLayer: SequenceLayer {
  let inputWidth: Int
  var outputWidth: Int { inputWidth }
  var context: FrameContext { FrameContext() }
  var summary: String { "log of the energy plus 1" }
  var isLearned: Bool { false }

  func makePass(_ inputShape: SequenceShape) -> any LayerPass {
    OffsetLogPass(shape: inputShape, width: inputWidth)
  }

  func makeStream(_ values: ModelValues) -> any LayerStream {
    let width = inputWidth
    return RowwiseStream(inputWidth: width, outputWidth: width) { rows, count, output in
      Self.apply(rows, count * width, into: output)
    }
  }

  static func apply(_ x: UnsafePointer<Float>, _ count: Int, into y: UnsafeMutablePointer<Float>) {
    for i in 0..<count { y[i] = x[i] + 1 }
    ck_signal_best().pointee.logarithm(y, count)
  }
}

private final class OffsetLogPass: LayerPass {
  let outputShape: SequenceShape
  let output: Matrix
  private let storage: AlignedBuffer<Float>

  init(shape: SequenceShape, width: Int) {
    outputShape = shape
    storage = AlignedBuffer<Float>(count: shape.totalRows * width)
    output = Matrix(storage.base, rows: shape.totalRows, columns: width)
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    OffsetLogLayer.apply(input.base, input.count, into: output.base)
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext
  ) {
    guard let inputGradient else { return }
    for i in 0..<input.count { inputGradient.base[i] = outputGradient.base[i] / (input.base[i] + 1) }
    for segment in 0..<outputShape.segments {
      inputGradient.clearRows(padding: step.padding[segment], segment: segment, of: outputShape)
    }
  }
}
