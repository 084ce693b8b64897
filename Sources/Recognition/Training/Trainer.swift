import Foundations
package import Learning
import Synchronization

/// Does the steps of a training: forward, backward, update.
///
/// A step's segments are split, in order, into ``partCount`` gradient parts, whatever the number of cores; each part has
/// its own batch statistics, and the gradients are added in the order of the parts. So the bits depend on the batch and the
/// values alone.
///
/// Steps come one after the other; once every size of batch has been seen, a step of one job allocates nothing.
package final class Trainer: @unchecked Sendable {
  // Invariant behind @unchecked Sendable: one task at a time calls it. Within a step the phases come one after the other,
  // and each piece of a phase, which nothing else touches meanwhile, is done by one task.

  /// Gradient parts of a step.
  package static let partCount = 4

  package let recognizer: FrameRecognizer
  package let options: TrainingOptions
  package let values: ModelValues
  package let optimizer: Optimizer
  /// Tasks that a step is spread over.
  private let workers: Int
  private let weights: StepWeights
  private let parts: [GradientPart]
  private let gradients: [AlignedBuffer<Float>]
  private let criterion: SoftmaxCrossEntropy
  /// The parameters whose gradients are added up number by number; those of the others are sums of products.
  private let elementwiseRanges: [Range<Int>]
  /// The parameters that the optimizer moves; products are added to the others at once.
  private let optimisedRanges: [Range<Int>]
  /// Blocks of their gradient, and Σ g² of each.
  private let blocks: [Range<Int>]
  private let squares: UnsafeMutablePointer<Double>
  /// The first piece of the phase at hand that nobody has taken.
  private let nextPiece = Atomic(0)
  /// What the phases of the step at hand need to know.
  private var work = StepWork()

  private struct StepWork {
    var batch: SegmentBatch?
    var gradientScale: Float = 0
    var rate = 0.0
    var momentum: Double?
    var clippingFactor: Float?
  }

  /// - Parameters:
  ///   - values: what is trained; nobody else reads them during a step.
  ///   - jobs: tasks at a time; the bits do not depend on it.
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
    optimisedRanges = Self.complement(
      of: network.weightMaps.map(\.weight).filter { optimizer.fusedUpdateScale(for: $0, rate: 1) != nil },
      in: count)
    blocks = optimisedRanges.flatMap { GradientReduction.blocks(of: $0) }
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

  /// Does one step.
  ///
  /// - Returns: The loss over the batch, before the step; nil where the loss or the gradient is not finite, and then
  ///   neither parameters nor statistics have moved. (A gradient of weights that ``Optimizer/fusedUpdateScale(for:rate:)``
  ///   adds to them at once is not looked at; the next step's loss shows it.)
  package func step(_ batch: sending SegmentBatch, rate: Double, momentum: Double? = nil) async -> FrameLoss?
  {
    let labelled = batch.labelledFrames
    work = StepWork(
      batch: batch, gradientScale: labelled > 0 ? 1 / Float(labelled) : 0, rate: rate, momentum: momentum)
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
    /// The weights are packed for all parts.
    case packing
    /// Forward, loss and backward of each part.
    case parts
    /// The parts' gradients are added up; of weights whose update is nothing else, in the update.
    case reduction
    case norm
    case update
  }

  /// Does the pieces of a phase, spread over the workers.
  private func run(_ phase: Phase) async {
    let count = pieceCount(phase)
    guard workers > 1 else {
      for piece in 0..<count { run(phase, piece) }
      return
    }
    nextPiece.store(0, ordering: .relaxed)
    await withTaskGroup(of: Void.self) { group in
      for _ in 1..<workers {
        group.addTask { self.takePieces(phase, of: count) }
      }
      takePieces(phase, of: count)
    }
  }

  /// Does pieces until none is left: a worker that starts late, behind what makes the next batches, keeps nobody waiting.
  private func takePieces(_ phase: Phase, of count: Int) {
    while true {
      let piece = nextPiece.add(1, ordering: .relaxed).oldValue
      guard piece < count else { return }
      run(phase, piece)
    }
  }

  private func pieceCount(_ phase: Phase) -> Int {
    switch phase {
    case .packing: weights.pieceCount
    case .parts: Self.partCount
    case .reduction, .norm, .update: workers
    }
  }

  private func run(_ phase: Phase, _ piece: Int) {
    switch phase {
    case .packing: weights.pack(values, piece: piece)
    case .parts: runPart(piece)
    case .reduction: reduce(piece)
    case .norm: measure(piece)
    case .update: update(piece)
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

  /// What a piece of a phase takes of so many things, cut between lots.
  private func share(_ piece: Int, of count: Int, lot: Int) -> Range<Int> {
    let lots = (count + lot - 1) / lot
    return min(count, lots * piece / workers * lot)..<min(count, lots * (piece + 1) / workers * lot)
  }

  /// What it takes of neighbouring parameters.
  private func share(_ piece: Int, of range: Range<Int>) -> Range<Int> {
    let share = share(piece, of: range.count, lot: 16)
    return range.lowerBound + share.lowerBound..<range.lowerBound + share.upperBound
  }

  private func reduce(_ piece: Int) {
    for range in elementwiseRanges {
      GradientReduction.addInOrder(gradients, range: share(piece, of: range))
    }
    for index in parts[0].weightGradients.indices {
      let weight = parts[0].weightGradients[index].weight
      if optimizer.fusedUpdateScale(for: weight, rate: work.rate) == nil {
        put(index, piece, into: gradients[0], scale: 1, isAdding: false)
      }
    }
  }

  /// Writes, or adds, a piece of the rows of a matrix's gradient: the parts in their order.
  private func put(
    _ index: Int, _ piece: Int, into target: AlignedBuffer<Float>, scale: Float, isAdding: Bool
  ) {
    var isAdding = isAdding
    for part in parts where !part.weightGradients.isEmpty {
      let gradient = part.weightGradients[index]
      // Whole blocks of rows, as the kernel takes them.
      let rows = share(piece, of: gradient.weight.shape[0], lot: 24)
      gradient.put(rows: rows, into: target.base, scale: scale, isAdding: isAdding)
      isAdding = true
    }
  }

  private func measure(_ piece: Int) {
    for block in share(piece, of: blocks.count, lot: 1) {
      squares[block] = GradientReduction.squares(gradients[0], blocks[block])
    }
  }

  private func update(_ piece: Int) {
    for range in optimisedRanges {
      let share = share(piece, of: range)
      if let factor = work.clippingFactor {
        GradientReduction.scale(gradients[0], by: factor, range: share)
      }
      optimizer.update(
        values, gradient: gradients[0], rate: work.rate, momentum: work.momentum, range: share)
    }
    for index in parts[0].weightGradients.indices {
      let weight = parts[0].weightGradients[index].weight
      if let scale = optimizer.fusedUpdateScale(for: weight, rate: work.rate) {
        put(index, piece, into: values.parameters, scale: scale, isAdding: true)
      }
    }
  }
}
