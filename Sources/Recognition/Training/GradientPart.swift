import Foundations
import Learning

/// The passes and the gradient of one of a step's gradient parts, used by one thread at a time.
final class GradientPart {
  /// Laid out like the parameters; the ranges of ``weightGradients`` are neither written nor read.
  let gradient: AlignedBuffer<Float>
  /// The loss of the last run.
  private(set) var loss = FrameLoss()
  private let network: SequentialLayer
  /// The ranges of the parameters whose gradients the passes add to ``gradient``.
  private let elementwiseRanges: [Range<Int>]
  /// Kept so that a step allocates nothing.
  private var context: StepContext
  /// Passes by the number of segments, of which the last batch of an epoch has fewer.
  private var passes: [Int: Pass] = [:]
  private var lastPass: (any LayerPass)?

  private struct Pass {
    let network: any LayerPass
    let logitGradient: AlignedBuffer<Float>
  }

  init(
    _ network: SequentialLayer, index: Int, parameterCount: Int, elementwiseRanges: [Range<Int>],
    seed: UInt64,
    weights: StepWeights
  ) {
    self.network = network
    self.elementwiseRanges = elementwiseRanges
    gradient = AlignedBuffer<Float>(count: parameterCount)
    context = StepContext(
      isTraining: true, seed: seed, step: 0, part: index, padding: [], weights: weights)
  }

  /// The deferred gradients of the last run; empty if it had no segments.
  var weightGradients: [WeightGradient] { lastPass?.weightGradients ?? [] }

  /// Runs forward and backward over segments of a batch; without segments, the gradient is 0.
  func run(
    _ batch: SegmentBatch, segments: Range<Int>, values: ModelValues, criterion: SoftmaxCrossEntropy,
    gradientScale: Float, step: Int
  ) {
    for range in elementwiseRanges {
      (gradient.base + range.lowerBound).update(repeating: 0, count: range.count)
    }
    loss = FrameLoss()
    lastPass = nil
    guard !segments.isEmpty else { return }
    let pass = pass(segments: segments.count, rows: batch.shape.rows)
    let input = Matrix(
      batch.rows.row(segments.lowerBound * batch.shape.rows), rows: segments.count * batch.shape.rows,
      columns: batch.rows.columns)
    context.step = step
    context.padding.removeAll(keepingCapacity: true)
    for segment in segments { context.padding.append(batch.padding[segment]) }
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

  /// Updates running statistics from the last run.
  func updateStatistics(_ values: ModelValues) { lastPass?.updateStatistics(values) }

  private func pass(segments: Int, rows: Int) -> Pass {
    if let pass = passes[segments] { return pass }
    let pass = network.makePass(SequenceShape(segments: segments, rows: rows))
    let made = Pass(
      network: pass,
      logitGradient: AlignedBuffer<Float>(count: pass.outputShape.totalRows * network.outputWidth))
    passes[segments] = made
    return made
  }
}
