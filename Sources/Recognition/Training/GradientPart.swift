import Learning

/// The memory of one of the parts that a step's gradient is made of: its own passes and gradient.
///
/// Used by one thread at a time.
final class GradientPart {
  let gradient: FloatStorage
  /// What the last run over segments found.
  private(set) var loss = FrameLoss()
  private let network: SequentialLayer
  private let index: Int
  /// Passes by number of segments: the last batch of an epoch has fewer.
  private var passes: [Int: Pass] = [:]
  private var lastPass: (any LayerPass)?

  private struct Pass {
    let network: any LayerPass
    let logitGradient: FloatStorage
  }

  init(_ network: SequentialLayer, index: Int, parameterCount: Int) {
    self.network = network
    self.index = index
    gradient = FloatStorage(count: parameterCount)
  }

  /// Forward and backward over some segments of a batch; with none, the gradient is 0.
  func run(
    _ batch: SegmentBatch, segments: Range<Int>, values: ModelValues, criterion: SoftmaxCrossEntropy,
    gradientScale: Float, seed: UInt64, step: Int
  ) {
    gradient.setAllToZero()
    loss = FrameLoss()
    lastPass = nil
    guard !segments.isEmpty else { return }
    let pass = pass(segments: segments.count, rows: batch.shape.rows)
    let input = Matrix(
      batch.rows.row(segments.lowerBound * batch.shape.rows), rows: segments.count * batch.shape.rows,
      columns: batch.rows.columns)
    let context = StepContext(
      isTraining: true, seed: seed, step: step, part: index, outside: Array(batch.outside[segments]))
    pass.network.forward(input, values: values, step: context)
    let logits = pass.network.output
    let logitGradient = Matrix(pass.logitGradient.base, rows: logits.rows, columns: logits.columns)
    let labels = UnsafeBufferPointer(
      rebasing: UnsafeBufferPointer(batch.labels)[
        segments.lowerBound * batch.frames..<segments.upperBound * batch.frames])
    loss = criterion.evaluate(
      logits: logits, labels: labels, gradient: logitGradient, gradientScale: gradientScale)
    pass.network.backward(
      logitGradient, input: input, inputGradient: nil, values: values, gradient: gradient, step: context)
    lastPass = pass.network
  }

  /// Moves running statistics by what the last run saw.
  func updateStatistics(_ values: ModelValues) { lastPass?.updateStatistics(values) }

  private func pass(segments: Int, rows: Int) -> Pass {
    if let pass = passes[segments] { return pass }
    let pass = network.makePass(SequenceShape(segments: segments, rows: rows))
    let made = Pass(
      network: pass, logitGradient: FloatStorage(count: pass.outputShape.totalRows * network.outputWidth))
    passes[segments] = made
    return made
  }
}
