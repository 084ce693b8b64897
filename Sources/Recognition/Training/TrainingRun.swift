import FrontEnds
package import Learning

/// A source of the batches of a training.
package protocol BatchSource: Sendable {
  /// Passes on the batches of an epoch, one by one, in an order that depends on seed and epoch alone.
  ///
  /// - Parameters:
  ///   - epoch: from 0.
  ///   - take: is given each batch and waited for.
  func forEachBatch(
    ofEpoch epoch: Int, _ take: @escaping @Sendable (sending SegmentBatch) async throws -> Void
  ) async throws
}

/// The wrong and the labeled frames of a set of utterances.
package struct FrameErrorCount: Sendable, Equatable {
  package var errors: Int
  package var frames: Int

  package init(errors: Int, frames: Int) {
    self.errors = errors
    self.frames = frames
  }
}

/// A training, epoch by epoch: values, optimizer, schedule and history.
///
/// An epoch depends only on this state, its index and the options, so a training resumed from a stored state
/// ends with the same bits as an uninterrupted one.
package final class TrainingRun: @unchecked Sendable {
  // Invariant behind @unchecked Sendable: one task at a time uses it.

  package let recognizer: FrameRecognizer
  package let options: TrainingOptions
  package let values: ModelValues
  package let optimizer: Optimizer
  package private(set) var learningRate: LearningRateProgress
  package private(set) var history: TrainingHistory
  private let initialValues: ModelValues
  private let lossLimits: LossLimits
  private let trainer: Trainer
  /// The loss of the current epoch so far.
  private var loss = FrameLoss()
  private var lastRate = 0.0

  /// A training before its first epoch.
  ///
  /// - Parameters:
  ///   - recognizer: the model, whose initial values its declaration has.
  ///   - options: of the training.
  ///   - statistics: the statistics of the training labels.
  ///   - totalSteps: the steps of all epochs, which some schedules need.
  ///   - jobs: the number of parallel tasks; the bits do not depend on it.
  package convenience init(
    _ recognizer: FrameRecognizer, options: TrainingOptions, statistics: PhoneStatistics, totalSteps: Int,
    jobs: Int
  ) {
    let values = ModelValues(recognizer.declaration)
    recognizer.store(statistics, in: values)
    self.init(
      recognizer, options: options, values: values,
      optimizer: Optimizer(options.optimizer, declaration: recognizer.declaration),
      learningRate: LearningRateProgress(options.learningRateSchedule(totalSteps: totalSteps)),
      history: TrainingHistory(), jobs: jobs)
  }

  /// A training resumed from a checkpoint.
  ///
  /// - Parameter history: the epochs before the checkpoint.
  package convenience init(
    _ recognizer: FrameRecognizer, options: TrainingOptions, checkpoint: TrainingCheckpoint,
    history: TrainingHistory, jobs: Int
  ) {
    self.init(
      recognizer, options: options, values: checkpoint.values, optimizer: checkpoint.optimizer,
      learningRate: checkpoint.schedule, history: history, jobs: jobs)
  }

  private init(
    _ recognizer: FrameRecognizer, options: TrainingOptions, values: ModelValues, optimizer: Optimizer,
    learningRate: LearningRateProgress, history: TrainingHistory, jobs: Int
  ) {
    self.recognizer = recognizer
    self.options = options
    self.values = values
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.history = history
    initialValues = ModelValues(recognizer.declaration)
    lossLimits = LossLimits(classCount: recognizer.classCount)
    trainer = Trainer(recognizer, options: options, values: values, optimizer: optimizer, jobs: jobs)
  }

  /// The state to resume from, valid between epochs.
  package var checkpoint: TrainingCheckpoint {
    let best = history.best.map {
      TrainingPosition.Best(epoch: $0.epoch - 1, devError: $0.devErrorRate)
    }
    return TrainingCheckpoint(
      values: values, optimizer: optimizer, schedule: learningRate,
      position: TrainingPosition(
        epoch: history.epochs.count, step: optimizer.steps, seed: options.seed, best: best))
  }

  /// Whether the training has ended.
  package var isFinished: Bool { history.isFinished(options) }

  /// Trains one epoch and appends it to ``history``.
  ///
  /// The values are the best so far if ``TrainingHistory/best`` is the epoch appended.
  ///
  /// - Parameters:
  ///   - observe: receives the loss of each step.
  ///   - measure: computes the errors of the dev speakers.
  /// - Throws: ``TrainingError``, and the errors of `source` and `measure`.
  package func runEpoch(
    _ source: some BatchSource, observe: @escaping @Sendable (FrameLoss) -> Void,
    measure: (ModelValues) async throws -> FrameErrorCount
  ) async throws {
    let epoch = history.epochs.count
    loss = FrameLoss()
    try await source.forEachBatch(ofEpoch: epoch) { batch in
      try await self.step(batch, epoch: epoch, observe)
    }
    guard loss.frames > 0 else { throw TrainingError.nothingToTrainOn(epoch: epoch + 1) }
    try lossLimits.check(loss.mean, limit: lossLimits.epoch, epoch: epoch, step: optimizer.steps)
    let dev = try await measure(values)
    guard dev.frames > 0 else { throw TrainingError.nothingToMeasureOn }
    history.epochs.append(
      EpochRecord(
        epoch: epoch + 1, steps: optimizer.steps, frames: loss.frames, loss: loss.mean,
        accuracy: 1 - loss.errorRate, devErrors: dev.errors, devFrames: dev.frames, learningRate: lastRate,
        movement: recognizer.features.frontEnd?.movement(from: initialValues, to: values) ?? []))
    _ = learningRate.endEpoch(devError: Double(dev.errors) / Double(dev.frames))
  }

  private func step(
    _ batch: sending SegmentBatch, epoch: Int, _ observe: (FrameLoss) -> Void
  ) async throws {
    let index = optimizer.steps
    lastRate = learningRate.rate(step: index)
    let momentum = learningRate.momentum(step: index)
    guard let loss = await trainer.step(batch, rate: lastRate, momentum: momentum) else {
      throw TrainingError.nonFiniteLoss(epoch: epoch + 1, step: index + 1)
    }
    try lossLimits.check(loss.mean, limit: lossLimits.step, epoch: epoch, step: index + 1)
    self.loss = self.loss + loss
    observe(loss)
  }
}

/// The mean losses beyond which a training has diverged although no number is infinite.
///
/// They are multiples of ln K, the loss of a guess among K classes, about which a training starts. A step may
/// be unlucky, a whole epoch may not.
private struct LossLimits {
  let step: Double
  let epoch: Double

  init(classCount: Int) {
    let guess = logarithm(Double(max(2, classCount)))
    (step, epoch) = (1000 * guess, 10 * guess)
  }

  func check(_ loss: Double, limit: Double, epoch: Int, step: Int) throws(TrainingError) {
    guard loss <= limit else {
      throw .diverged(epoch: epoch + 1, step: step, loss: loss, limit: limit)
    }
  }
}
