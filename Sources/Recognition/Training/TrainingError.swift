/// An error that ends a training early.
package enum TrainingError: Error, Sendable, Equatable {
  /// The loss or the gradient of a step is not finite; the step was not taken.
  case nonFiniteLoss(epoch: Int, step: Int)
  /// An epoch has no labeled frame.
  case nothingToTrainOn(epoch: Int)
  /// The dev speakers have no labeled frame.
  case nothingToMeasureOn
}
