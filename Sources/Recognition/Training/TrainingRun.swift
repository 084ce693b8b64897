import FrontEnds
package import Learning

/// Where the batches of a training come from.
package protocol BatchSource: Sendable {
  /// Gives the batches of an epoch to `take`, one after the other, in an order that follows from seed and epoch alone.
  ///
  /// - Parameter epoch: from 0.
  func forEachBatch(
    ofEpoch epoch: Int, _ take: @escaping @Sendable (sending SegmentBatch) async throws -> Void
  ) async throws
}

/// Wrong and labelled frames of a set of utterances.
package struct FrameErrorCount: Sendable, Equatable {
  package var errors: Int
  package var frames: Int

  package init(errors: Int, frames: Int) {
    self.errors = errors
    self.frames = frames
  }
}

/// A training on its way, epoch by epoch: values, optimizer, schedule, what was best.
///
/// An epoch depends on nothing but this state, its number and the options; so a training that goes on from a stored state
/// ends with the same bits as one that was never stopped. One task at a time uses it.
package final class TrainingRun: @unchecked Sendable {
  // Invariant behind @unchecked Sendable: one task at a time uses it.

  package let recognizer: FrameRecognizer
  package let options: TrainingOptions
  package let values: ModelValues
  package let optimizer: Optimizer
  package private(set) var learningRate: LearningRateProgress
  package private(set) var history: TrainingHistory
  private let firstValues: ModelValues
  private let trainer: Trainer
  /// What the epoch at hand has come to so far.
  private var loss = FrameLoss()
  private var lastRate = 0.0

  /// A training that has not begun.
  ///
  /// - Parameters:
  ///   - statistics: of the training labels.
  ///   - totalSteps: of all epochs, for schedules that need to know.
  ///   - jobs: tasks at a time; the bits do not depend on it.
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

  /// A training that goes on after some epochs.
  ///
  /// - Parameter history: of the epochs that lie behind the checkpoint.
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
    firstValues = ModelValues(recognizer.declaration)
    trainer = Trainer(recognizer, options: options, values: values, optimizer: optimizer, jobs: jobs)
  }

  /// What goes on from here: to be written between two epochs.
  package var checkpoint: TrainingCheckpoint {
    let best = history.best.map {
      TrainingPosition.Best(epoch: $0.epoch - 1, devError: $0.devErrorRate)
    }
    return TrainingCheckpoint(
      values: values, optimizer: optimizer, schedule: learningRate,
      position: TrainingPosition(
        epoch: history.epochs.count, step: optimizer.steps, seed: options.seed, best: best))
  }

  /// Whether nothing is left to be done.
  package var isFinished: Bool { history.isFinished(options) }

  /// Does the next epoch.
  ///
  /// Afterwards ``history`` holds it, and its values are the best so far where ``TrainingHistory/best`` is the last.
  ///
  /// - Parameters:
  ///   - observe: told the loss of each step.
  ///   - measure: the dev speakers' errors with the values.
  /// - Throws: ``TrainingError``, and what source and measure throw.
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
    let dev = try await measure(values)
    guard dev.frames > 0 else { throw TrainingError.nothingToMeasureOn }
    history.epochs.append(
      EpochRecord(
        epoch: epoch + 1, steps: optimizer.steps, frames: loss.frames, loss: loss.mean,
        accuracy: 1 - loss.errorRate, devErrors: dev.errors, devFrames: dev.frames, learningRate: lastRate,
        movement: recognizer.frontEnd.movement(from: firstValues, to: values)))
    _ = learningRate.endEpoch(devError: Double(dev.errors) / Double(dev.frames))
  }

  private func step(
    _ batch: sending SegmentBatch, epoch: Int, _ observe: (FrameLoss) -> Void
  ) async throws {
    let number = optimizer.steps
    lastRate = learningRate.rate(step: number)
    let momentum = learningRate.momentum(step: number)
    guard let loss = await trainer.step(batch, rate: lastRate, momentum: momentum) else {
      throw TrainingError.nonFiniteLoss(epoch: epoch + 1, step: number + 1)
    }
    self.loss = self.loss + loss
    observe(loss)
  }
}
