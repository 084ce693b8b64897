import Foundations
import FrontEnds
import Learning
import Recognition
import TestSupport
import Testing

@Suite("Trainer")
struct TrainerTests {
  private func recognizer(_ text: String, _ options: FrameClassifierOptions) throws -> FrameRecognizer {
    try FrameRecognizer(
      features: .frontEnd(try FrontEndSpec(parsing: text)), classifier: options, seed: 3)
  }

  static let cases: [(String, FrameClassifierOptions)] = [
    (
      "mel:bins=12",
      FrameClassifierOptions(
        hiddenLayers: [40, 30], contextFrames: 1, normalization: .batch, dropout: 0.1, classCount: 6)
    ),
    (
      "mel:bins=12",
      FrameClassifierOptions(kind: .gru, hiddenLayers: [24], isBidirectional: true, classCount: 6)
    ),
    (
      "kaleidoscope-pooled:bins=9,frame-length=4",
      FrameClassifierOptions(
        hiddenLayers: [HiddenLayer(.kaleidoscope, units: 20), 16], contextFrames: 2, classCount: 6)
    ),
  ]

  private func batch(_ recognizer: FrameRecognizer, segments: Int = 7) -> sending SegmentBatch {
    let batch = SegmentBatch(
      segments: segments, frames: 9, context: recognizer.context,
      width: recognizer.features.source.channels)
    var random = SplitMix64(seed: 8)
    for i in 0..<batch.rows.count { batch.rows.base[i] = Float.random(in: -900...900, using: &random) }
    for i in batch.labels.indices { batch.labels[i] = Int32.random(in: -1..<6, using: &random) }
    for segment in 0..<segments { batch.padding[segment] = PaddingRows(leading: segment % 2 * 2) }
    return batch
  }

  /// A step by its definition: four parts, whose gradients are added in order.
  private func reference(
    _ recognizer: FrameRecognizer, _ options: TrainingOptions, rate: Double
  ) -> (values: ModelValues, loss: FrameLoss) {
    let values = ModelValues(recognizer.declaration)
    let batch = batch(recognizer)
    var (loss, passes, gradients): (FrameLoss, [any LayerPass], [AlignedBuffer<Float>]) = (
      FrameLoss(), [], []
    )
    for segments in [0..<2, 2..<4, 4..<6, 6..<7] {
      let part = gradients.count
      let pass = recognizer.network.makePass(SequenceShape(segments: segments.count, rows: batch.shape.rows))
      let input = Matrix(
        batch.rows.row(segments.lowerBound * batch.shape.rows), rows: segments.count * batch.shape.rows,
        columns: batch.rows.columns)
      let step = StepContext(
        isTraining: true, seed: options.seed, step: 0, part: part, padding: Array(batch.padding[segments]))
      pass.forward(input, values: values, step: step)
      let upstream = AlignedBuffer<Float>(count: pass.output.count)
      let matrix = Matrix(upstream.base, rows: pass.output.rows, columns: pass.output.columns)
      loss =
        loss
        + SoftmaxCrossEntropy().evaluate(
          logits: pass.output,
          labels: UnsafeBufferPointer(
            rebasing: UnsafeBufferPointer(batch.labels)[segments.lowerBound * 9..<segments.upperBound * 9]),
          gradient: matrix, gradientScale: 1 / Float(batch.labeledFrames))
      let gradient = AlignedBuffer<Float>(count: recognizer.declaration.parameterCount)
      pass.backward(
        matrix, input: input, inputGradient: nil, values: values, gradient: gradient, step: step)
      pass.addWeightGradients(to: gradient)
      passes.append(pass)
      gradients.append(gradient)
    }
    GradientReduction.addInOrder(gradients)
    for pass in passes { pass.updateStatistics(values) }
    Optimizer(options.optimizer, declaration: recognizer.declaration).step(
      values, gradient: gradients[0], rate: rate)
    recognizer.network.project(values)
    return (values, loss)
  }

  private func step(
    _ recognizer: FrameRecognizer, _ options: TrainingOptions, rate: Double, jobs: Int
  ) async throws -> (values: ModelValues, loss: FrameLoss) {
    let values = ModelValues(recognizer.declaration)
    let trainer = Trainer(
      recognizer, options: options, values: values,
      optimizer: Optimizer(options.optimizer, declaration: recognizer.declaration), jobs: jobs)
    return (values, try #require(await trainer.step(batch(recognizer), rate: rate)))
  }

  @Test(
    "a step adds four gradients in order, clips them and updates, to the bit", arguments: 0..<3)
  func definition(index: Int) async throws {
    let recognizer = try recognizer(Self.cases[index].0, Self.cases[index].1)
    for clip in [nil, 0.05, 50.0] {
      for method in [OptimizerMethod.adam, .sgd(momentum: 0.9, nesterov: false), .rmsprop] {
        var options = TrainingOptions()
        options.optimizer = OptimizerOptions(method: method, weightDecay: 0.01, maximumGradientNorm: clip)
        let expected = reference(recognizer, options, rate: 0.01)
        for jobs in [1, 2, 3] {
          let found = try await step(recognizer, options, rate: 0.01, jobs: jobs)
          #expect(found.loss == expected.loss)
          #expect(found.values.parameters.values.elementsEqual(expected.values.parameters.values))
          #expect(found.values.statistics.values.elementsEqual(expected.values.statistics.values))
        }
      }
    }
  }

  @Test("plain descent adds the gradient product to the weights directly", arguments: 0..<3)
  func fusedUpdate(index: Int) async throws {
    let recognizer = try recognizer(Self.cases[index].0, Self.cases[index].1)
    var options = TrainingOptions()
    options.optimizer = OptimizerOptions(method: .sgd(momentum: 0, nesterov: false))
    let expected = reference(recognizer, options, rate: 0.5).values.parameters
    let start = ModelValues(recognizer.declaration).parameters
    let found = try await step(recognizer, options, rate: 0.5, jobs: 1).values.parameters
    for i in 0..<found.count {
      let moved = abs(expected.base[i] - start.base[i])
      #expect(abs(found.base[i] - expected.base[i]) <= 1e-6 * (abs(expected.base[i]) + moved))
    }
    #expect(!found.values.elementsEqual(start.values))
    for jobs in [2, 3, 4] {
      let other = try await step(recognizer, options, rate: 0.5, jobs: jobs).values.parameters
      #expect(other.values.elementsEqual(found.values))
    }
  }

  @Test(
    "a step on one thread allocates nothing after one with the same batch size",
    .enabled(if: AllocationCount.works, "allocations are not counted under a sanitizer"), arguments: 0..<3)
  func allocations(index: Int) async throws {
    let recognizer = try recognizer(Self.cases[index].0, Self.cases[index].1)
    var options = TrainingOptions()
    for method in [OptimizerMethod.adam, .sgd(momentum: 0, nesterov: false)] {
      options.optimizer.method = method
      if method != .adam { options.optimizer.maximumGradientNorm = nil }
      let trainer = Trainer(
        recognizer, options: options, values: ModelValues(recognizer.declaration),
        optimizer: Optimizer(options.optimizer, declaration: recognizer.declaration), jobs: 1)
      _ = await trainer.step(batch(recognizer), rate: 0.001)
      let next = batch(recognizer)
      let before = AllocationCount.now
      let loss = await trainer.step(next, rate: 0.001)
      let after = AllocationCount.now
      #expect(loss != nil && after == before)
    }
  }
}
