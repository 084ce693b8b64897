import Foundations

/// y = W x + b for each row, with W `[outputs, inputs]` and b `[outputs]`.
///
/// Training and inference compute the products of ``PackedWeights``, with the same bits.
package struct Dense: SequenceLayer {
  package let inputWidth: Int
  package let outputWidth: Int
  package let weight: TensorReference
  package let bias: TensorReference?
  package var context: FrameContext { FrameContext() }
  package var summary: String { "dense \(inputWidth) → \(outputWidth)" }

  /// Declares `name.weight` and `name.bias`, with the names and shapes of PyTorch's `nn.Linear`.
  ///
  /// - Parameters:
  ///   - name: of the layer.
  ///   - inputs: values of an input row.
  ///   - outputs: values of an output row.
  ///   - weights: the initial weights. The initial bias is uniform in ±1/√inputs, as in PyTorch, or 0 for
  ///     weights that are given or orthogonal.
  ///   - hasBias: whether there is a bias; redundant before batch normalization.
  ///   - rateFactor: a factor on the learning rate. Weights decay, the bias does not.
  ///   - declaration: takes the tensors.
  package init(
    _ name: String, inputs: Int, outputs: Int, weights: InitialWeights = .uniform, hasBias: Bool = true,
    rateFactor: Float = 1, in declaration: inout ModelDeclaration
  ) {
    precondition(inputs > 0 && outputs > 0)
    inputWidth = inputs
    outputWidth = outputs
    let values = weights.values(outputs: outputs, inputs: inputs, using: &declaration.generator)
    weight = declaration.parameter(
      "\(name).weight", shape: [outputs, inputs], group: ParameterGroup(rateFactor: rateFactor, decays: true),
      initialValues: values)
    guard hasBias else {
      bias = nil
      return
    }
    var first = [Float](repeating: 0, count: outputs)
    if case .uniform = weights {
      first = InitialWeights.uniform(
        count: outputs, bound: 1 / Double(inputs).squareRoot(), using: &declaration.generator)
    }
    bias = declaration.parameter(
      "\(name).bias", shape: [outputs], group: ParameterGroup(rateFactor: rateFactor), initialValues: first)
  }

  package var weightMaps: [WeightMap] { [map] }
  package var allowsOutputReuse: Bool { true }
  fileprivate var map: WeightMap { WeightMap(weight: weight, bias: bias) }

  package func makePass(_ inputShape: SequenceShape) -> any LayerPass {
    DensePass(self, shape: inputShape)
  }

  package func makeStream(_ values: ModelValues) -> any LayerStream {
    let packed = PackedWeights(
      weights: values.parameter(weight), bias: bias.map { UnsafePointer(values.parameter($0)) },
      inputs: inputWidth, outputs: outputWidth)
    return RowwiseStream(inputWidth: inputWidth, outputWidth: outputWidth) { rows, count, output in
      packed.apply(rows, count: count, into: output)
    }
  }
}

private final class DensePass: LayerPass {
  let outputShape: SequenceShape
  let output: Matrix
  let weightGradients: [WeightGradient]
  private let layer: Dense
  private let storage: AlignedBuffer<Float>
  private var weights: PassWeights

  init(_ layer: Dense, shape: SequenceShape) {
    self.layer = layer
    outputShape = shape
    storage = AlignedBuffer<Float>(count: shape.totalRows * layer.outputWidth)
    output = Matrix(storage.base, rows: shape.totalRows, columns: layer.outputWidth)
    weights = PassWeights(layer.map)
    weightGradients = [WeightGradient(layer.weight, rows: shape.totalRows)]
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    weights.begin(values, step).apply(input.base, count: output.rows, into: output.base)
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext
  ) {
    weightGradients[0].setInputs(input.base)
    weightGradients[0].setOutputGradients(
      outputGradient.base, stride: layer.outputWidth, columns: layer.outputWidth)
    if let bias = layer.bias { addRows(outputGradient, to: gradient.base + bias.offset) }
    guard let inputGradient else { return }
    weights.resume(step).applyTransposed(
      outputGradient.base, count: output.rows, into: inputGradient.base, isAdding: false)
  }
}

/// Adds the rows of a matrix to `sums`, `[columns]`, from first to last.
func addRows(_ matrix: Matrix, to sums: UnsafeMutablePointer<Float>) {
  let columns = matrix.columns
  for r in 0..<matrix.rows {
    let row = matrix.row(r)
    for c in 0..<columns { sums[c] += row[c] }
  }
}
