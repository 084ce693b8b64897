internal import CKernels
import Foundations

/// y = max(x, 0), element by element.
///
/// NaN passes through, so that a diverging model is noticed.
package struct RectifiedLinear: SequenceLayer {
  package let inputWidth: Int
  package var outputWidth: Int { inputWidth }
  package var context: FrameContext { FrameContext() }
  package var summary: String { "ReLU" }
  package var isLearned: Bool { false }

  package init(width: Int) { inputWidth = width }

  package func makePass(_ inputShape: SequenceShape) -> any LayerPass {
    RectifiedLinearPass(shape: inputShape, width: inputWidth, inPlace: false)
  }

  package func makePassInPlace(_ inputShape: SequenceShape) -> (any LayerPass)? {
    RectifiedLinearPass(shape: inputShape, width: inputWidth, inPlace: true)
  }

  package func makeStream(_ values: ModelValues) -> any LayerStream {
    let width = inputWidth
    return RowwiseStream(inputWidth: width, outputWidth: width) { rows, count, output in
      LayerKernels.best.rectify(rows, count * width, output)
    }
  }
}

/// In place, the output overwrites the input, and the gradient with respect to the input that of the output.
private final class RectifiedLinearPass: LayerPass {
  let outputShape: SequenceShape
  private(set) var output: Matrix
  let worksInPlace: Bool
  private let storage: AlignedBuffer<Float>

  init(shape: SequenceShape, width: Int, inPlace: Bool) {
    outputShape = shape
    worksInPlace = inPlace
    storage = AlignedBuffer<Float>(count: inPlace ? 0 : shape.totalRows * width)
    output = Matrix(storage.base, rows: inPlace ? 0 : shape.totalRows, columns: width)
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    if worksInPlace { output = input }
    LayerKernels.best.rectify(input.base, output.count, output.base)
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext
  ) {
    guard let inputGradient else { return }
    LayerKernels.best.rectify_gradient(outputGradient.base, output.base, output.count, inputGradient.base)
  }
}
