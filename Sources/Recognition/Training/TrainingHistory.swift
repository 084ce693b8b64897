package import FrontEnds

/// What an epoch of a training came to.
package struct EpochRecord: Sendable, Equatable {
  /// From 1.
  package var epoch: Int
  /// Steps done at its end, over all epochs.
  package var steps: Int
  /// Labelled frames that were trained on.
  package var frames: Int
  /// The mean loss of a frame over the steps of the epoch, in nats, each before its step.
  package var loss: Double
  /// The share of those frames that were right, each before its step.
  package var accuracy: Double
  /// Wrong and labelled frames of the dev speakers after the epoch.
  package var devErrors: Int
  package var devFrames: Int
  /// The rate of the last step.
  package var learningRate: Double
  /// How far the parts of the front end have moved from their start.
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

  /// The dev speakers' frame error rate.
  package var devErrorRate: Double { Double(devErrors) / Double(max(1, devFrames)) }
}

/// The epochs of a training so far.
package struct TrainingHistory: Sendable, Equatable {
  package var epochs: [EpochRecord]

  package init(epochs: [EpochRecord] = []) { self.epochs = epochs }

  /// The first of the epochs with the fewest dev errors; nil before the first epoch.
  package var best: EpochRecord? {
    epochs.min { ($0.devErrors, $0.epoch) < ($1.devErrors, $1.epoch) }
  }

  /// Epochs in a row, up to the last one, without fewer dev errors than before.
  package var idleEpochs: Int { epochs.count - (best?.epoch ?? 0) }

  /// Whether a training with these options has come to its end.
  package func isFinished(_ options: TrainingOptions) -> Bool {
    epochs.count >= options.epochs || (options.patience > 0 && idleEpochs >= options.patience)
  }
}
