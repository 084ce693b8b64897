import Foundations

/// y = γ (x − μ) / √(σ² + ε) + β for each column; γ and β are learned, or 1 and 0.
///
/// In training, μ and σ² (divisor n) are those of the valid rows of a gradient part. Each part of a step then
/// updates the running statistics in turn: m ← 0.9 m + 0.1 μ, and the same for σ² (divisor n − 1). Otherwise
/// the running statistics are applied as a scale and a shift. Source: Ioffe and Szegedy (2015); defaults and
/// both divisors of PyTorch's `nn.BatchNorm1d`.
package struct BatchNormalization: SequenceLayer {
  package let inputWidth: Int
  package var outputWidth: Int { inputWidth }
  package var context: FrameContext { FrameContext() }
  package var isLearned: Bool { scale != nil }
  package var allowsOutputReuse: Bool { true }
  package var summary: String { "batch normalization" }

  package let scale: TensorReference?
  package let shift: TensorReference?
  package let runningMean: TensorReference
  package let runningVariance: TensorReference
  package let momentum: Float
  package let epsilon: Float

  /// Declares `name.weight` and `name.bias` (γ and β, if affine), and the statistics `name.running_mean` and
  /// `name.running_var`, all `[width]` and named as in PyTorch.
  ///
  /// - Parameters:
  ///   - name: of the layer.
  ///   - width: the number of channels.
  ///   - isAffine: whether γ and β are learned.
  ///   - momentum: the weight of a part's statistics in the running ones.
  ///   - epsilon: added to the variance.
  ///   - rateFactor: a factor on the learning rate.
  ///   - declaration: takes the tensors.
  package init(
    _ name: String, width: Int, isAffine: Bool = true, momentum: Float = 0.1, epsilon: Float = 1e-5,
    rateFactor: Float = 1, in declaration: inout ModelDeclaration
  ) {
    inputWidth = width
    self.momentum = momentum
    self.epsilon = epsilon
    if isAffine {
      let group = ParameterGroup(rateFactor: rateFactor)
      scale = declaration.parameter(
        "\(name).weight", shape: [width], group: group, initialValues: Array(repeating: 1, count: width))
      shift = declaration.parameter(
        "\(name).bias", shape: [width], group: group, initialValues: Array(repeating: 0, count: width))
    } else {
      scale = nil
      shift = nil
    }
    runningMean = declaration.statistic("\(name).running_mean", shape: [width], initialValue: 0)
    runningVariance = declaration.statistic("\(name).running_var", shape: [width], initialValue: 1)
  }

  package func makePass(_ inputShape: SequenceShape) -> any LayerPass {
    BatchNormalizationPass(self, shape: inputShape)
  }

  package func makeStream(_ values: ModelValues) -> any LayerStream {
    let width = inputWidth
    let frozen = AlignedBuffer<Float>(count: 2 * width)
    writeFrozen(values, scale: frozen.base, shift: frozen.base + width)
    return RowwiseStream(inputWidth: width, outputWidth: width) { rows, count, output in
      let (scale, shift) = (frozen.base, frozen.base + width)
      for r in 0..<count {
        let (x, y) = (rows + r * width, output + r * width)
        for c in 0..<width { y[c] = x[c] * scale[c] + shift[c] }
      }
    }
  }

  // Writes γ / √(σ² + ε) and β − μ γ / √(σ² + ε) of the running statistics.
  fileprivate func writeFrozen(
    _ values: ModelValues, scale: UnsafeMutablePointer<Float>, shift: UnsafeMutablePointer<Float>
  ) {
    let (mean, variance) = (values.statistic(runningMean), values.statistic(runningVariance))
    for c in 0..<inputWidth {
      let gamma = self.scale.map { values.parameter($0)[c] } ?? 1
      let beta = self.shift.map { values.parameter($0)[c] } ?? 0
      scale[c] = gamma / (variance[c] + epsilon).squareRoot()
      shift[c] = beta - mean[c] * scale[c]
    }
  }
}

private final class BatchNormalizationPass: LayerPass {
  let outputShape: SequenceShape
  let output: Matrix
  private let layer: BatchNormalization
  private let storage: AlignedBuffer<Float>
  // Moments of the last forward.
  private let mean: AlignedBuffer<Float>
  private let inverseDeviation: AlignedBuffer<Float>
  private let variance: AlignedBuffer<Float>
  private let coefficients: AlignedBuffer<Float>
  private let sums: UnsafeMutablePointer<Double>
  private let width: Int
  // The valid rows of the last forward in training; 0 after any other.
  private var counted = 0

  init(_ layer: BatchNormalization, shape: SequenceShape) {
    self.layer = layer
    width = layer.inputWidth
    outputShape = shape
    storage = AlignedBuffer<Float>(count: shape.totalRows * width)
    output = Matrix(storage.base, rows: shape.totalRows, columns: width)
    mean = AlignedBuffer<Float>(count: width)
    inverseDeviation = AlignedBuffer<Float>(count: width)
    variance = AlignedBuffer<Float>(count: width)
    coefficients = AlignedBuffer<Float>(count: 3 * width)
    sums = .allocate(capacity: 2 * width)
    sums.initialize(repeating: 0, count: 2 * width)
  }

  deinit { sums.deallocate() }

  private func forEachValidRow(_ step: StepContext, _ body: (Int) -> Void) {
    for s in 0..<outputShape.segments {
      let valid = step.padding[s].validRows(of: outputShape.rows)
      for r in valid.lowerBound..<valid.upperBound { body(s * outputShape.rows + r) }
    }
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    let width = width
    let (scale, shift) = (coefficients.base, coefficients.base + width)
    if step.isTraining {
      measure(input, step)
      let (mean, inverse) = (mean.base, inverseDeviation.base)
      for c in 0..<width {
        let gamma = layer.scale.map { values.parameter($0)[c] } ?? 1
        let beta = layer.shift.map { values.parameter($0)[c] } ?? 0
        scale[c] = gamma * inverse[c]
        shift[c] = beta
      }
      for r in 0..<output.rows {
        let (x, y) = (input.row(r), output.row(r))
        for c in 0..<width { y[c] = (x[c] - mean[c]) * scale[c] + shift[c] }
      }
    } else {
      counted = 0
      layer.writeFrozen(values, scale: scale, shift: shift)
      for r in 0..<output.rows {
        let (x, y) = (input.row(r), output.row(r))
        for c in 0..<width { y[c] = x[c] * scale[c] + shift[c] }
      }
    }
  }

  // Two passes in double precision: means, then squares of the deviations.
  private func measure(_ input: Matrix, _ step: StepContext) {
    let width = width
    let (sums, squares) = (sums, sums + width)
    sums.update(repeating: 0, count: 2 * width)
    counted = 0
    forEachValidRow(step) { r in
      let x = input.row(r)
      for c in 0..<width { sums[c] += Double(x[c]) }
      counted += 1
    }
    let count = Double(max(counted, 1))
    for c in 0..<width { sums[c] /= count }
    forEachValidRow(step) { r in
      let x = input.row(r)
      for c in 0..<width {
        let d = Double(x[c]) - sums[c]
        squares[c] += d * d
      }
    }
    for c in 0..<width {
      mean.base[c] = Float(sums[c])
      variance.base[c] = Float(squares[c] / max(count - 1, 1))
      inverseDeviation.base[c] = Float(1 / (squares[c] / count + Double(layer.epsilon)).squareRoot())
    }
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext
  ) {
    let width = width
    if !step.isTraining { useRunning(values) }
    let (mean, inverse) = (mean.base, inverseDeviation.base)
    // Σ dy and Σ dy x̂.
    let (sums, products) = (sums, sums + width)
    sums.update(repeating: 0, count: 2 * width)
    var count = 0.0
    forEachValidRow(step) { r in
      let (x, dy) = (input.row(r), outputGradient.row(r))
      for c in 0..<width {
        sums[c] += Double(dy[c])
        products[c] += Double(dy[c] * ((x[c] - mean[c]) * inverse[c]))
      }
      count += 1
    }
    if let scale = layer.scale, let shift = layer.shift {
      let (scale, shift) = (gradient.base + scale.offset, gradient.base + shift.offset)
      for c in 0..<width {
        scale[c] += Float(products[c])
        shift[c] += Float(sums[c])
      }
    }
    guard let inputGradient else { return }
    // dx = γ / σ · (dy − mean dy − x̂ · mean(dy x̂)); running statistics do not depend on x.
    let inverseCount = step.isTraining ? 1 / max(count, 1) : 0
    let (factor, offset, slope) = (
      coefficients.base, coefficients.base + width, coefficients.base + 2 * width
    )
    for c in 0..<width {
      let gamma = layer.scale.map { values.parameter($0)[c] } ?? 1
      factor[c] = gamma * inverse[c]
      offset[c] = Float(sums[c] * inverseCount)
      slope[c] = Float(products[c] * inverseCount) * inverse[c]
    }
    inputGradient.base.update(repeating: 0, count: inputGradient.count)
    forEachValidRow(step) { r in
      let (x, dy, dx) = (input.row(r), outputGradient.row(r), inputGradient.row(r))
      for c in 0..<width { dx[c] = factor[c] * ((dy[c] - offset[c]) - (x[c] - mean[c]) * slope[c]) }
    }
  }

  private func useRunning(_ values: ModelValues) {
    let variance = values.statistic(layer.runningVariance)
    mean.base.update(from: values.statistic(layer.runningMean), count: width)
    for c in 0..<width { inverseDeviation.base[c] = 1 / (variance[c] + layer.epsilon).squareRoot() }
  }

  func updateStatistics(_ values: ModelValues) {
    guard counted > 0 else { return }
    let (runningMean, runningVariance) = (
      values.statistic(layer.runningMean), values.statistic(layer.runningVariance)
    )
    let momentum = layer.momentum
    for c in 0..<width {
      runningMean[c] = (1 - momentum) * runningMean[c] + momentum * mean.base[c]
      runningVariance[c] = (1 - momentum) * runningVariance[c] + momentum * variance.base[c]
    }
  }
}
