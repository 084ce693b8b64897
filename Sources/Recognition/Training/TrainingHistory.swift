package import FrontEnds

/// The results of an epoch.
package struct EpochRecord: Sendable, Equatable {
  /// The number of the epoch, from 1.
  package var epoch: Int
  /// Completed steps at its end, over all epochs.
  package var steps: Int
  /// The labeled frames that it trained on.
  package var frames: Int
  /// The mean loss of a frame in nats, each computed before the frame's step.
  package var loss: Double
  /// The fraction of frames classified correctly, each before its step.
  package var accuracy: Double
  /// The wrong and the labeled frames of the dev speakers after the epoch.
  package var devErrors: Int
  package var devFrames: Int
  /// The learning rate of the last step.
  package var learningRate: Double
  /// The distances of the front end's parts from their initial values.
  package var movement: [PartMovement]

  package init(
    epoch: Int, steps: Int, frames: Int, loss: Double, accuracy: Double, devErrors: Int, devFrames: Int,
    learningRate: Double, movement: [PartMovement]
  ) {
    self.epoch = epoch
    self.steps = steps
    self.frames = frames
    self.loss = loss
    self.accuracy = accuracy
    self.devErrors = devErrors
    self.devFrames = devFrames
    self.learningRate = learningRate
    self.movement = movement
  }

  /// The frame error rate of the dev speakers.
  package var devErrorRate: Double { Double(devErrors) / Double(max(1, devFrames)) }
}

/// The epochs of a training so far.
package struct TrainingHistory: Sendable, Equatable {
  package var epochs: [EpochRecord]

  package init(epochs: [EpochRecord] = []) { self.epochs = epochs }

  /// The first epoch with the fewest dev errors; nil before the first epoch.
  package var best: EpochRecord? {
    epochs.min { ($0.devErrors, $0.epoch) < ($1.devErrors, $1.epoch) }
  }

  /// The number of epochs since the best one.
  package var idleEpochs: Int { epochs.count - (best?.epoch ?? 0) }

  /// Whether a training with these options has ended.
  package func isFinished(_ options: TrainingOptions) -> Bool {
    epochs.count >= options.epochs || (options.patience > 0 && idleEpochs >= options.patience)
  }
}
