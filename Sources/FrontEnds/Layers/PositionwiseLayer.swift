import Foundations
import Learning

/// A layer without context applied at each of several positions of a row; parameters and statistics are the
/// same for all of them.
///
/// Rows of `[positions][base.inputWidth]` to rows of `[positions][base.outputWidth]`.
struct PositionwiseLayer: SequenceLayer {
  let base: any SequenceLayer
  let positions: Int

  init(_ base: any SequenceLayer, positions: Int) {
    precondition(base.context == FrameContext())
    self.base = base
    self.positions = positions
  }

  var inputWidth: Int { positions * base.inputWidth }
  var outputWidth: Int { positions * base.outputWidth }
  var context: FrameContext { FrameContext() }
  var isLearned: Bool { base.isLearned }
  var summary: String { "\(base.summary) at each position" }

  func makePass(_ inputShape: SequenceShape) -> any LayerPass { PositionwisePass(self, shape: inputShape) }

  func makeStream(_ values: ModelValues) -> any LayerStream {
    let (stream, positions) = (base.makeStream(values), positions)
    let (inputs, outputs) = (positions * base.inputWidth, positions * base.outputWidth)
    return RowwiseStream(inputWidth: inputs, outputWidth: outputs) { rows, count, output in
      _ = stream.accept(
        UnsafeBufferPointer(start: rows, count: count * inputs),
        into: UnsafeMutableBufferPointer(start: output, count: count * outputs))
    }
  }

  func project(_ values: ModelValues) { base.project(values) }
}

private final class PositionwisePass: LayerPass {
  let outputShape: SequenceShape
  let output: Matrix
  private let positions: Int
  private let base: any LayerPass
  // The step of the layer, kept so that a step allocates nothing.
  private var inner: StepContext

  init(_ layer: PositionwiseLayer, shape: SequenceShape) {
    positions = layer.positions
    outputShape = shape
    base = layer.base.makePass(SequenceShape(segments: shape.segments, rows: shape.rows * positions))
    output = Matrix(base.output.base, rows: shape.totalRows, columns: layer.outputWidth)
    inner = StepContext(
      isTraining: false, seed: 0, step: 0, part: 0,
      padding: Array(repeating: PaddingRows(), count: shape.segments))
  }

  private func split(_ matrix: Matrix) -> Matrix {
    Matrix(matrix.base, rows: matrix.rows * positions, columns: matrix.columns / positions)
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    inner.isTraining = step.isTraining
    inner.seed = step.seed
    inner.step = step.step
    inner.part = step.part
    for (segment, padding) in step.padding.enumerated() {
      inner.padding[segment] = PaddingRows(
        leading: positions * padding.leading, trailing: positions * padding.trailing)
    }
    base.forward(split(input), values: values, step: inner)
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext
  ) {
    base.backward(
      split(outputGradient), input: split(input), inputGradient: inputGradient.map(split), values: values,
      gradient: gradient, step: inner)
  }

  func updateStatistics(_ values: ModelValues) { base.updateStatistics(values) }
}
