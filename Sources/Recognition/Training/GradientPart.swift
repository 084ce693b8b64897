import Foundations
import Learning

/// The memory of one of the parts that a step's gradient is made of: its own passes and gradient.
///
/// Used by one thread at a time.
final class GradientPart {
  /// Laid out as the parameters; what is left to ``weightGradients`` is neither written nor read.
  let gradient: AlignedBuffer<Float>
  /// What the last run over segments found.
  private(set) var loss = FrameLoss()
  private let network: SequentialLayer
  /// The parameters whose gradient the passes add to ``gradient``.
  private let elementwiseRanges: [Range<Int>]
  /// Kept, so that a step allocates nothing.
  private var context: StepContext
  /// Passes by number of segments: the last batch of an epoch has fewer.
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

  /// Gradients of matrices that the last run left to be done; none where it had no segments.
  var weightGradients: [WeightGradient] { lastPass?.weightGradients ?? [] }

  /// Forward and backward over some segments of a batch; with none, the gradient is 0.
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

  /// Moves running statistics by what the last run saw.
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
