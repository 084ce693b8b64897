import Foundations

/// y = γ (x − μ) / √(σ² + ε) + β, with mean μ and variance σ² (divisor n) of each row.
///
/// Training and inference are the same. Source: Ba, Kiros and Hinton (2016); defaults of PyTorch's
/// `nn.LayerNorm`.
package struct LayerNormalization: SequenceLayer {
  package let inputWidth: Int
  package var outputWidth: Int { inputWidth }
  package var context: FrameContext { FrameContext() }
  package var summary: String { "layer normalization" }

  package let scale: TensorReference
  package let shift: TensorReference
  package let epsilon: Float

  /// Declares `name.weight` (γ, initially 1) and `name.bias` (β, initially 0), both `[width]`.
  package init(
    _ name: String, width: Int, epsilon: Float = 1e-5, rateFactor: Float = 1,
    in declaration: inout ModelDeclaration
  ) {
    inputWidth = width
    self.epsilon = epsilon
    let group = ParameterGroup(rateFactor: rateFactor)
    scale = declaration.parameter(
      "\(name).weight", shape: [width], group: group, initialValues: Array(repeating: 1, count: width))
    shift = declaration.parameter(
      "\(name).bias", shape: [width], group: group, initialValues: Array(repeating: 0, count: width))
  }

  package func makePass(_ inputShape: SequenceShape) -> any LayerPass {
    LayerNormalizationPass(self, shape: inputShape)
  }

  package func makeStream(_ values: ModelValues) -> any LayerStream {
    let (width, epsilon) = (inputWidth, epsilon)
    let (scale, shift) = (scale, shift)
    return RowwiseStream(inputWidth: width, outputWidth: width) { rows, count, output in
      for r in 0..<count {
        RowMoments(rows + r * width, width, epsilon).normalize(
          rows + r * width, width, scale: values.parameter(scale), shift: values.parameter(shift),
          into: output + r * width)
      }
    }
  }
}

/// The mean and inverse deviation of a row.
private struct RowMoments {
  let mean: Float
  let inverseDeviation: Float

  init(_ x: UnsafePointer<Float>, _ count: Int, _ epsilon: Float) {
    let mean = RowSums.sum(x, count) / Double(count)
    let variance = RowSums.squares(x, mean: mean, count) / Double(count)
    self.mean = Float(mean)
    inverseDeviation = Float(1 / (variance + Double(epsilon)).squareRoot())
  }

  func normalize(
    _ x: UnsafePointer<Float>, _ count: Int, scale: UnsafePointer<Float>, shift: UnsafePointer<Float>,
    into y: UnsafeMutablePointer<Float>
  ) {
    let (mean, inverse) = (mean, inverseDeviation)
    for c in 0..<count { y[c] = (x[c] - mean) * inverse * scale[c] + shift[c] }
  }
}

private final class LayerNormalizationPass: LayerPass {
  let outputShape: SequenceShape
  let output: Matrix
  private let layer: LayerNormalization
  private let storage: AlignedBuffer<Float>
  private let normalized: AlignedBuffer<Float>
  private let product: AlignedBuffer<Float>

  init(_ layer: LayerNormalization, shape: SequenceShape) {
    self.layer = layer
    outputShape = shape
    storage = AlignedBuffer<Float>(count: shape.totalRows * layer.inputWidth)
    output = Matrix(storage.base, rows: shape.totalRows, columns: layer.inputWidth)
    normalized = AlignedBuffer<Float>(count: layer.inputWidth)
    product = AlignedBuffer<Float>(count: layer.inputWidth)
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    let (scale, shift) = (values.parameter(layer.scale), values.parameter(layer.shift))
    for r in 0..<output.rows {
      RowMoments(input.row(r), output.columns, layer.epsilon).normalize(
        input.row(r), output.columns, scale: scale, shift: shift, into: output.row(r))
    }
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext
  ) {
    let width = output.columns
    let gamma = values.parameter(layer.scale)
    let (dGamma, dBeta) = (gradient.base + layer.scale.offset, gradient.base + layer.shift.offset)
    let (normalized, product) = (normalized.base, product.base)
    for r in 0..<output.rows {
      let (x, dy) = (input.row(r), outputGradient.row(r))
      let moments = RowMoments(x, width, layer.epsilon)
      let (mean, inverse) = (moments.mean, moments.inverseDeviation)
      for c in 0..<width {
        normalized[c] = (x[c] - mean) * inverse
        dGamma[c] += dy[c] * normalized[c]
        dBeta[c] += dy[c]
        product[c] = dy[c] * gamma[c]
      }
      guard let inputGradient else { continue }
      // With g = dy γ: dx = (g − mean g − x̂ · mean(g x̂)) / σ, which is 0 in padding rows, as g is.
      let offset = Float(RowSums.sum(product, width) / Double(width))
      let slope = Float(RowSums.products(product, normalized, width) / Double(width))
      let dx = inputGradient.row(r)
      for c in 0..<width { dx[c] = (product[c] - offset - normalized[c] * slope) * inverse }
    }
  }
}
