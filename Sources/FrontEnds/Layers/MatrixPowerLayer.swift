import CKernels
import Foundations
import Learning

/// ln(|z|² + ε) of the outputs of a complex matrix, dense or structured, z = W x: the paper's comparison.
///
/// Rows of `[N]` samples to rows of `[m]`. A structured matrix is written out once a step and its gradient
/// folded back: the comparison is of what the structures can express, not of their speed. It is the first
/// layer of a model: samples take no gradient.
struct MatrixPowerLayer: SequenceLayer {
  let structure: any MatrixStructure

  var inputWidth: Int { structure.columns }
  var outputWidth: Int { structure.rows }
  var context: FrameContext { FrameContext() }
  var summary: String { "log power of a \(structure.summary)" }

  func makePass(_ inputShape: SequenceShape) -> any LayerPass { MatrixPowerPass(self, shape: inputShape) }

  func makeStream(_ values: ModelValues) -> any LayerStream {
    let writer = MatrixWriter(structure)
    let weights = PackedWeights(
      weights: writer.write(values), bias: nil, inputs: inputWidth, outputs: 2 * outputWidth)
    let (inputWidth, outputWidth) = (inputWidth, outputWidth)
    let products = AlignedBuffer<Float>(count: RowBlock.rows * 2 * outputWidth)
    return RowwiseStream(inputWidth: inputWidth, outputWidth: outputWidth) { rows, count, output in
      RowBlock.forEach(count) { start, count in
        weights.apply(rows + start * inputWidth, count: count, into: products.base)
        ComplexRows.logPower(products.base, count, outputWidth, into: output + start * outputWidth)
      }
    }
  }
}

/// Frozen layers take rows in blocks, so that their memory is bounded.
enum RowBlock {
  static let rows = 64

  static func forEach(_ count: Int, _ body: (_ start: Int, _ count: Int) -> Void) {
    var start = 0
    while start < count {
      body(start, min(rows, count - start))
      start += rows
    }
  }
}

private final class MatrixPowerPass: LayerPass {
  let outputShape: SequenceShape
  let output: Matrix
  private let storage: AlignedBuffer<Float>
  /// z, `[rows, 2 m]`: real parts and then imaginary ones; in backward the gradient with respect to them.
  private let products: AlignedBuffer<Float>
  private let writer: MatrixWriter
  private let product = MatrixProduct()

  init(_ layer: MatrixPowerLayer, shape: SequenceShape) {
    outputShape = shape
    storage = AlignedBuffer<Float>(count: shape.totalRows * layer.outputWidth)
    products = AlignedBuffer<Float>(count: 2 * shape.totalRows * layer.outputWidth)
    output = Matrix(storage.base, rows: shape.totalRows, columns: layer.outputWidth)
    writer = MatrixWriter(layer.structure)
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    let width = output.columns
    product.multiply(
      .init(input.base), .init(writer.write(values), isTransposed: true), into: products.base,
      rows: input.rows, columns: 2 * width, inner: input.columns, isAdding: false)
    ComplexRows.logPower(products.base, input.rows, width, into: output.base)
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext
  ) {
    precondition(inputGradient == nil, "samples take no gradient")
    for segment in 0..<outputShape.segments {
      outputGradient.clearRows(padding: step.padding[segment], segment: segment, of: outputShape)
    }
    let width = output.columns
    ComplexRows.differentiateLogPower(
      products.base, input.rows, width, outputGradient: outputGradient.base)
    product.multiply(
      .init(products.base, isTransposed: true), .init(input.base), into: writer.gradient, rows: 2 * width,
      columns: input.columns, inner: input.rows, isAdding: false)
    writer.addGradient(values, to: gradient)
  }
}

/// Power of complex rows, `[count, 2 m]`: real parts and then imaginary ones.
enum ComplexRows {
  /// ln(|z|² + ε), `[count, m]`.
  static func logPower(
    _ z: UnsafePointer<Float>, _ count: Int, _ width: Int, into output: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<count {
      let (re, im, to) = (z + 2 * row * width, z + (2 * row + 1) * width, output + row * width)
      for i in 0..<width { to[i] = re[i] * re[i] + im[i] * im[i] + KaleidoscopePowerLayer.logOffset }
    }
    ck_signal_best().pointee.logarithm(output, count * width)
  }

  /// Turns z into the gradient with respect to z, 2 g z / (|z|² + ε).
  static func differentiateLogPower(
    _ z: UnsafeMutablePointer<Float>, _ count: Int, _ width: Int, outputGradient: UnsafePointer<Float>
  ) {
    for row in 0..<count {
      let (re, im, g) = (z + 2 * row * width, z + (2 * row + 1) * width, outputGradient + row * width)
      for i in 0..<width {
        let factor = 2 * g[i] / (re[i] * re[i] + im[i] * im[i] + KaleidoscopePowerLayer.logOffset)
        re[i] *= factor
        im[i] *= factor
      }
    }
  }
}
