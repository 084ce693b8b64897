import Foundations
package import Learning
import Synchronization

/// Takes the steps of a training: forward, backward, update.
///
/// The segments of a step are divided, in order, into ``partCount`` gradient parts, whatever the number of
/// cores. Each part has its own batch statistics, and the gradients are added in the order of the parts. So
/// the bits depend only on the batch and the values.
///
/// With one job, a step allocates nothing once every batch size has occurred.
package final class Trainer: @unchecked Sendable {
  // Invariant behind @unchecked Sendable: one task at a time calls it. Within a step, phases are sequential,
  // and each slice of a phase is run by one task, which alone accesses the slice's data.

  /// The number of gradient parts of a step.
  package static let partCount = 4

  package let recognizer: FrameRecognizer
  package let options: TrainingOptions
  package let values: ModelValues
  package let optimizer: Optimizer
  /// The number of tasks of a step.
  private let workers: Int
  private let weights: StepWeights
  private let parts: [GradientPart]
  private let gradients: [AlignedBuffer<Float>]
  private let criterion: SoftmaxCrossEntropy
  /// The parameters whose gradients are added element by element; the others are weight matrices with
  /// deferred gradients.
  private let elementwiseRanges: [Range<Int>]
  /// The parameters that the optimizer updates; products are added to the others directly.
  private let optimizedRanges: [Range<Int>]
  /// The blocks of ``optimizedRanges``, and Σ g² of each.
  private let blocks: [Range<Int>]
  private let squares: UnsafeMutablePointer<Double>
  /// The first slice of the current phase that no task has taken.
  private let nextSlice = Atomic(0)
  /// The inputs of the current step's phases.
  private var work = StepWork()

  private struct StepWork {
    var batch: SegmentBatch?
    var gradientScale: Float = 0
    var rate = 0.0
    var momentum: Double?
    var clippingFactor: Float?
  }

  /// - Parameters:
  ///   - values: the values to train, which nothing else reads during a step.
  ///   - jobs: the number of parallel tasks; the bits do not depend on it.
  package init(
    _ recognizer: FrameRecognizer, options: TrainingOptions, values: ModelValues, optimizer: Optimizer,
    jobs: Int
  ) {
    self.recognizer = recognizer
    self.options = options
    self.values = values
    self.optimizer = optimizer
    workers = max(1, min(jobs, Self.partCount))
    criterion = SoftmaxCrossEntropy(labelSmoothing: options.labelSmoothing)
    let (network, count) = (recognizer.network, recognizer.declaration.parameterCount)
    let weights = StepWeights(network)
    let elementwiseRanges = Self.complement(of: network.weightMaps.map(\.weight), in: count)
    parts = (0..<Self.partCount).map {
      GradientPart(
        network, index: $0, parameterCount: count, elementwiseRanges: elementwiseRanges, seed: options.seed,
        weights: weights)
    }
    self.weights = weights
    self.elementwiseRanges = elementwiseRanges
    gradients = parts.map(\.gradient)
    optimizedRanges = Self.complement(
      of: network.weightMaps.map(\.weight).filter { optimizer.fusedUpdateScale(for: $0, rate: 1) != nil },
      in: count)
    blocks = optimizedRanges.flatMap { GradientReduction.blocks(of: $0) }
    squares = .allocate(capacity: max(1, blocks.count))
    squares.initialize(repeating: 0, count: max(1, blocks.count))
  }

  deinit { squares.deallocate() }

  private static func complement(of tensors: [TensorReference], in count: Int) -> [Range<Int>] {
    var (ranges, start): ([Range<Int>], Int) = ([], 0)
    for tensor in tensors.sorted(by: { $0.offset < $1.offset }) {
      if tensor.offset > start { ranges.append(start..<tensor.offset) }
      start = tensor.offset + tensor.count
    }
    if start < count { ranges.append(start..<count) }
    return ranges
  }

  /// Takes one step.
  ///
  /// - Returns: The loss of the batch before the step; nil if the loss or the gradient is not finite, and
  ///   then neither parameters nor statistics have changed. (A gradient that is added to the weights
  ///   directly, see ``Optimizer/fusedUpdateScale(for:rate:)``, is not checked; the loss of the next step
  ///   shows it.)
  package func step(_ batch: sending SegmentBatch, rate: Double, momentum: Double? = nil) async -> FrameLoss?
  {
    let labeled = batch.labeledFrames
    work = StepWork(
      batch: batch, gradientScale: labeled > 0 ? 1 / Float(labeled) : 0, rate: rate, momentum: momentum)
    defer { work.batch = nil }
    await run(.packing)
    await run(.parts)
    var loss = FrameLoss()
    for part in parts { loss = loss + part.loss }
    guard loss.sum.isFinite else { return nil }
    await run(.reduction)
    await run(.norm)
    var norm = 0.0
    for block in blocks.indices { norm += squares[block] }
    norm = norm.squareRoot()
    guard norm.isFinite else { return nil }
    work.clippingFactor = options.optimizer.maximumGradientNorm.flatMap {
      GradientReduction.clippingFactor(norm: norm, maximumNorm: $0)
    }
    for part in parts { part.updateStatistics(values) }
    optimizer.beginStep()
    await run(.update)
    recognizer.network.project(values)
    return loss
  }

  // MARK: Phases

  private enum Phase {
    /// Packs the weights for all parts.
    case packing
    /// Runs forward, loss and backward of each part.
    case parts
    /// Adds the gradients of the parts, except those that the update adds directly.
    case reduction
    /// Sums the squares of the gradient.
    case norm
    /// Clips the gradient and updates the parameters.
    case update
  }

  /// Runs the slices of a phase in parallel.
  private func run(_ phase: Phase) async {
    let count = sliceCount(phase)
    guard workers > 1 else {
      for slice in 0..<count { run(phase, slice) }
      return
    }
    nextSlice.store(0, ordering: .relaxed)
    await withTaskGroup(of: Void.self) { group in
      for _ in 1..<workers {
        group.addTask { self.runSlices(phase, of: count) }
      }
      runSlices(phase, of: count)
    }
  }

  /// Runs slices until none is left, so that a task that starts late, behind those that make batches, delays
  /// no other.
  private func runSlices(_ phase: Phase, of count: Int) {
    while true {
      let slice = nextSlice.add(1, ordering: .relaxed).oldValue
      guard slice < count else { return }
      run(phase, slice)
    }
  }

  private func sliceCount(_ phase: Phase) -> Int {
    switch phase {
    case .packing: weights.sliceCount
    case .parts: Self.partCount
    case .reduction, .norm, .update: workers
    }
  }

  private func run(_ phase: Phase, _ slice: Int) {
    switch phase {
    case .packing: weights.pack(values, slice: slice)
    case .parts: runPart(slice)
    case .reduction: reduce(slice)
    case .norm: sumSquares(slice)
    case .update: update(slice)
    }
  }

  private func runPart(_ part: Int) {
    guard let batch = work.batch else { return }
    let size = (batch.shape.segments + Self.partCount - 1) / Self.partCount
    let first = min(part * size, batch.shape.segments)
    parts[part].run(
      batch, segments: first..<min(first + size, batch.shape.segments), values: values, criterion: criterion,
      gradientScale: work.gradientScale, step: optimizer.steps)
  }

  /// The slice with an index, of `count` elements that are divided between grains.
  private func slice(_ index: Int, of count: Int, grain: Int) -> Range<Int> {
    let grains = (count + grain - 1) / grain
    return min(count, grains * index / workers * grain)..<min(count, grains * (index + 1) / workers * grain)
  }

  /// The slice with an index, of adjacent parameters, divided between cache lines.
  private func slice(_ index: Int, of range: Range<Int>) -> Range<Int> {
    let slice = slice(index, of: range.count, grain: 16)
    return range.lowerBound + slice.lowerBound..<range.lowerBound + slice.upperBound
  }

  private func reduce(_ sliceIndex: Int) {
    for range in elementwiseRanges {
      GradientReduction.addInOrder(gradients, range: slice(sliceIndex, of: range))
    }
    for index in parts[0].weightGradients.indices {
      let weight = parts[0].weightGradients[index].weight
      if optimizer.fusedUpdateScale(for: weight, rate: work.rate) == nil {
        writeGradient(index, sliceIndex, into: gradients[0], scale: 1, isAdding: false)
      }
    }
  }

  /// Writes or adds a slice of the rows of a weight matrix's gradient, the parts in order.
  private func writeGradient(
    _ index: Int, _ sliceIndex: Int, into target: AlignedBuffer<Float>, scale: Float, isAdding: Bool
  ) {
    var isAdding = isAdding
    for part in parts where !part.weightGradients.isEmpty {
      let gradient = part.weightGradients[index]
      // Whole blocks of the kernel.
      let rows = slice(sliceIndex, of: gradient.weight.shape[0], grain: 24)
      gradient.write(rows: rows, into: target.base, scale: scale, isAdding: isAdding)
      isAdding = true
    }
  }

  private func sumSquares(_ sliceIndex: Int) {
    for block in slice(sliceIndex, of: blocks.count, grain: 1) {
      squares[block] = GradientReduction.squares(gradients[0], blocks[block])
    }
  }

  private func update(_ sliceIndex: Int) {
    for range in optimizedRanges {
      let range = slice(sliceIndex, of: range)
      if let factor = work.clippingFactor {
        GradientReduction.scale(gradients[0], by: factor, range: range)
      }
      optimizer.update(
        values, gradient: gradients[0], rate: work.rate, momentum: work.momentum, range: range)
    }
    for index in parts[0].weightGradients.indices {
      let weight = parts[0].weightGradients[index].weight
      if let scale = optimizer.fusedUpdateScale(for: weight, rate: work.rate) {
        writeGradient(index, sliceIndex, into: values.parameters, scale: scale, isAdding: true)
      }
    }
  }
}
