import Foundations

/// Concatenates rows t + o, for the offsets o in their order, to row t; beyond the edges of an utterance its
/// nearest row.
///
/// `-5...5` is the usual context window, `[-3, 0, 3]` the input of a time-delay layer (Peddinti, Povey and
/// Khudanpur, 2015).
package struct Splice: SequenceLayer {
  package let inputWidth: Int
  package let offsets: [Int]
  package var outputWidth: Int { inputWidth * offsets.count }
  package let context: FrameContext
  package var isLearned: Bool { false }

  package var summary: String {
    "splice " + offsets.map { $0 > 0 ? "+\($0)" : "\($0)" }.joined(separator: ",")
  }

  package init(width: Int, offsets: some Sequence<Int>) {
    let offsets = Array(offsets)
    precondition(!offsets.isEmpty, "a splice of nothing")
    inputWidth = width
    self.offsets = offsets
    context = FrameContext(left: max(0, -(offsets.min() ?? 0)), right: max(0, offsets.max() ?? 0))
  }

  package func makePass(_ inputShape: SequenceShape) -> any LayerPass { SplicePass(self, shape: inputShape) }

  package func makeStream(_ values: ModelValues) -> any LayerStream { SpliceLayerStream(self) }
}

private final class SplicePass: LayerPass {
  let outputShape: SequenceShape
  let output: Matrix
  private let inputShape: SequenceShape
  private let layer: Splice
  private let storage: AlignedBuffer<Float>

  init(_ layer: Splice, shape: SequenceShape) {
    self.layer = layer
    inputShape = shape
    outputShape = shape.dropping(layer.context)
    storage = AlignedBuffer<Float>(count: outputShape.totalRows * layer.outputWidth)
    output = Matrix(storage.base, rows: outputShape.totalRows, columns: layer.outputWidth)
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    let (width, left) = (layer.inputWidth, layer.context.left)
    for s in 0..<outputShape.segments {
      let valid = step.padding[s].validRows(of: inputShape.rows)
      for r in 0..<outputShape.rows {
        var target = output.row(s * outputShape.rows + r)
        for offset in layer.offsets {
          let source = input.row(s * inputShape.rows + valid.nearest(to: r + left + offset))
          target.update(from: source, count: width)
          target += width
        }
      }
    }
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext
  ) {
    guard let inputGradient else { return }
    let (width, left) = (layer.inputWidth, layer.context.left)
    inputGradient.base.update(repeating: 0, count: inputGradient.count)
    for s in 0..<outputShape.segments {
      let valid = step.padding[s].validRows(of: inputShape.rows)
      if valid.isEmpty { continue }
      for r in 0..<outputShape.rows {
        var source = outputGradient.row(s * outputShape.rows + r)
        for offset in layer.offsets {
          let target = inputGradient.row(s * inputShape.rows + valid.nearest(to: r + left + offset))
          for i in 0..<width { target[i] += source[i] }
          source += width
        }
      }
    }
  }
}
