import Foundations
package import Learning
import StructuredMaps

/// y = K x + b for each row, K a real kaleidoscope matrix: a hidden layer with few parameters and a fast
/// product.
///
/// K is one 𝓑𝓑* of the least power of two that holds both widths, the input padded with zeros at its end and
/// the first outputs kept: 4 n log₂ n weights instead of inputs · outputs. Source: Dao et al.,
/// "Kaleidoscope", ICLR 2020.
package struct KaleidoscopeLayer: SequenceLayer {
  package let twiddle: TensorReference
  package let bias: TensorReference?
  let shape: KaleidoscopeShape

  package var inputWidth: Int { shape.inputLength }
  package var outputWidth: Int { shape.outputLength }
  package var context: FrameContext { FrameContext() }
  package var allowsOutputReuse: Bool { true }
  package var summary: String { "K-matrix \(inputWidth) → \(outputWidth) of \(shape.size) points" }

  /// Declares `name.twiddle`, shaped as torch_butterfly's, and `name.bias`.
  ///
  /// Every 2 × 2 begins orthogonal, so that the square matrix does; the bias begins at 0. Neither decays.
  ///
  /// - Parameter hasBias: whether there is a bias; of no use before batch normalization.
  /// - Throws: ``FrontEndError/structuredMap(_:)`` for widths that no map has.
  package init(
    _ name: String, inputs: Int, outputs: Int, hasBias: Bool = true, in declaration: inout ModelDeclaration
  ) throws(FrontEndError) {
    let map: KaleidoscopeMatrix<Float>
    do throws(StructuredMapError) {
      shape = try KaleidoscopeShape(inputLength: inputs, outputLength: outputs, field: .real)
      map = try KaleidoscopeMatrix(shape, .orthogonal, using: &declaration.generator)
    } catch {
      throw .structuredMap(error)
    }
    twiddle = declaration.parameter(
      "\(name).twiddle", shape: shape.twiddleShape, initialValues: map.parameters)
    bias =
      hasBias
      ? declaration.parameter(
        "\(name).bias", shape: [outputs], initialValues: Array(repeating: 0, count: outputs)) : nil
  }

  /// The square that such a layer is cut from: the least power of two, at least 2, that holds `length`.
  package static func paddedSize(_ length: Int) -> Int { KaleidoscopeShape.paddedSize(length) }

  /// Weights of a layer without its bias; the widths at most 2⁴⁸.
  package static func weightCount(inputs: Int, outputs: Int) -> Int {
    let size = paddedSize(max(inputs, outputs))
    return 4 * size * size.trailingZeroBitCount
  }

  package func makePass(_ inputShape: SequenceShape) -> any LayerPass {
    KaleidoscopeLayerPass(self, shape: inputShape)
  }

  package func makeStream(_ values: ModelValues) -> any LayerStream {
    let (inputs, outputs, bias) = (inputWidth, outputWidth, bias)
    let weights = values.parameter(twiddle)
    let map = PackedKaleidoscope(
      Self.map(shape, Array(UnsafeBufferPointer(start: weights, count: shape.parameterCount))))
    // The stream's own, since it runs on one thread at a time.
    let scratch = MapScratch()
    return RowwiseStream(inputWidth: inputs, outputWidth: outputs) { rows, count, output in
      map.forward(
        VectorRows(rows, count: count, length: inputs, field: .real),
        into: MutableVectorRows(output, count: count, length: outputs, field: .real),
        workspace: &scratch.workspace)
      guard let bias else { return }
      Self.add(values.parameter(bias), to: output, rows: count, width: outputs)
    }
  }

  fileprivate static func map(_ shape: KaleidoscopeShape, _ parameters: [Float]) -> KaleidoscopeMatrix<Float>
  {
    guard let map = try? KaleidoscopeMatrix(shape: shape, parameters: parameters) else {
      preconditionFailure("as many parameters as the shape has")
    }
    return map
  }

  fileprivate static func add(
    _ bias: UnsafePointer<Float>, to rows: UnsafeMutablePointer<Float>, rows count: Int, width: Int
  ) {
    for r in 0..<count {
      let row = rows + r * width
      for c in 0..<width { row[c] += bias[c] }
    }
  }
}

private final class MapScratch {
  var workspace = MapWorkspace<Float>()
}

private final class KaleidoscopeLayerPass: LayerPass {
  let outputShape: SequenceShape
  let output: Matrix
  private let layer: KaleidoscopeLayer
  private let storage: AlignedBuffer<Float>
  private let map: LearningKaleidoscope

  init(_ layer: KaleidoscopeLayer, shape: SequenceShape) {
    self.layer = layer
    outputShape = shape
    storage = AlignedBuffer<Float>(count: shape.totalRows * layer.outputWidth)
    output = Matrix(storage.base, rows: shape.totalRows, columns: layer.outputWidth)
    map = LearningKaleidoscope(layer.shape)
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    map.setParameters(values.parameter(layer.twiddle))
    map.forward(rows(input), into: mutableRows(output))
    guard let bias = layer.bias else { return }
    KaleidoscopeLayer.add(values.parameter(bias), to: output.base, rows: output.rows, width: output.columns)
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext
  ) {
    map.backward(
      rows(input), outputGradient: rows(outputGradient), inputGradient: inputGradient.map(mutableRows),
      parameterGradient: gradient.base + layer.twiddle.offset)
    guard let bias = layer.bias else { return }
    let (sums, width) = (gradient.base + bias.offset, outputGradient.columns)
    for r in 0..<outputGradient.rows {
      let row = outputGradient.row(r)
      for c in 0..<width { sums[c] += row[c] }
    }
  }

  private func rows(_ matrix: Matrix) -> VectorRows<Float> {
    VectorRows(matrix.base, count: matrix.rows, length: matrix.columns, field: .real)
  }

  private func mutableRows(_ matrix: Matrix) -> MutableVectorRows<Float> {
    MutableVectorRows(matrix.base, count: matrix.rows, length: matrix.columns, field: .real)
  }
}
