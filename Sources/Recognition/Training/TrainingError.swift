/// What ends a training early.
package enum TrainingError: Error, Sendable, Equatable {
  /// The loss of a step, or its gradient, is infinite or not a number: the step was not done.
  case nonFiniteLoss(epoch: Int, step: Int)
  /// An epoch gave no frame with a label.
  case nothingToTrainOn(epoch: Int)
  /// The dev speakers have no frame with a label.
  case nothingToMeasureOn
}
