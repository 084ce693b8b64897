import Foundations
import Learning

/// Concatenated rectification of shifted patches, and its maximum over pairs of neighboring positions.
///
/// With y = x + s: max(y, 0) and max(−y, 0) of each number, and the greater of positions 2q and 2q + 1. Rows
/// of `[positions][width]` to rows of `[positions / 2][2 · width]`; an odd last position is left out.
///
/// Source: Shang et al., "Understanding and improving convolutional neural networks via concatenated
/// rectified linear units", ICML 2016.
struct PatchPoolingLayer: SequenceLayer {
  let positions: Int
  let width: Int
  /// s, `[width]`; nil for 0.
  let shift: TensorReference?

  var pairs: Int { positions / 2 }
  var inputWidth: Int { positions * width }
  var outputWidth: Int { 2 * pairs * width }
  var context: FrameContext { FrameContext() }
  var isLearned: Bool { shift != nil }
  var summary: String { "CReLU, maximum over pairs of positions" }

  func makePass(_ inputShape: SequenceShape) -> any LayerPass { PatchPoolingPass(self, shape: inputShape) }

  func makeStream(_ values: ModelValues) -> any LayerStream {
    let layer = self
    let zeros = AlignedBuffer<Float>(count: width)
    return RowwiseStream(inputWidth: inputWidth, outputWidth: outputWidth) { rows, count, output in
      let shift = layer.shift.map { values.parameter($0) } ?? zeros.base
      for row in 0..<count {
        layer.apply(rows + row * layer.inputWidth, shift, into: output + row * layer.outputWidth)
      }
    }
  }

  fileprivate func apply(
    _ x: UnsafePointer<Float>, _ shift: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>
  ) {
    for pair in 0..<pairs {
      let (first, second) = (x + 2 * pair * width, x + (2 * pair + 1) * width)
      let (positive, negative) = (y + 2 * pair * width, y + (2 * pair + 1) * width)
      for c in 0..<width {
        let (a, b) = (first[c] + shift[c], second[c] + shift[c])
        // What is not a number stays so.
        let (high, low) = (a < b ? b : a, b < a ? b : a)
        positive[c] = high < 0 ? 0 : high
        negative[c] = low > 0 ? 0 : -low
      }
    }
  }

  /// Writes dx, and adds to ds.
  ///
  /// Of equal positions the first has the gradient; where a maximum is 0 there is none.
  fileprivate func applyGradient(
    _ dy: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ shift: UnsafePointer<Float>,
    into dx: UnsafeMutablePointer<Float>, shiftGradient: UnsafeMutablePointer<Float>?
  ) {
    dx.update(repeating: 0, count: inputWidth)
    for pair in 0..<pairs {
      let (at, next) = (2 * pair * width, (2 * pair + 1) * width)
      for c in 0..<width {
        let (a, b) = (x[at + c] + shift[c], x[next + c] + shift[c])
        let (positive, negative) = (dy[at + c], -dy[next + c])
        if (a < b ? b : a) > 0 {
          dx[(a < b ? next : at) + c] += positive
          shiftGradient?[c] += positive
        }
        if (b < a ? b : a) < 0 {
          dx[(b < a ? next : at) + c] += negative
          shiftGradient?[c] += negative
        }
      }
    }
  }
}

private final class PatchPoolingPass: LayerPass {
  let outputShape: SequenceShape
  let output: Matrix
  private let layer: PatchPoolingLayer
  private let storage: AlignedBuffer<Float>
  private let zeros: AlignedBuffer<Float>
  /// The gradient with respect to a row where the layer before learns nothing.
  private let discarded: AlignedBuffer<Float>

  init(_ layer: PatchPoolingLayer, shape: SequenceShape) {
    self.layer = layer
    outputShape = shape
    storage = AlignedBuffer<Float>(count: shape.totalRows * layer.outputWidth)
    output = Matrix(storage.base, rows: shape.totalRows, columns: layer.outputWidth)
    zeros = AlignedBuffer<Float>(count: layer.width)
    discarded = AlignedBuffer<Float>(count: layer.inputWidth)
  }

  private func shift(_ values: ModelValues) -> UnsafeMutablePointer<Float> {
    layer.shift.map { values.parameter($0) } ?? zeros.base
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    let shift = shift(values)
    for row in 0..<input.rows { layer.apply(input.row(row), shift, into: output.row(row)) }
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext
  ) {
    let shift = shift(values)
    let shiftGradient = layer.shift.map { gradient.base + $0.offset }
    for segment in 0..<outputShape.segments {
      let valid = step.padding[segment].validRows(of: outputShape.rows)
      for r in valid.lowerBound..<valid.upperBound {
        let row = segment * outputShape.rows + r
        layer.applyGradient(
          outputGradient.row(row), input.row(row), shift, into: inputGradient?.row(row) ?? discarded.base,
          shiftGradient: shiftGradient)
      }
      inputGradient?.clearRows(padding: step.padding[segment], segment: segment, of: outputShape)
    }
  }
}
