/// An error that ends a training early.
package enum TrainingError: Error, Sendable, Equatable {
  /// The loss or the gradient of a step is not finite; the step was not taken.
  case nonFiniteLoss(epoch: Int, step: Int)
  /// A step's loss, or the mean over the epoch that ends with it, is far above that of guessing.
  case diverged(epoch: Int, step: Int, loss: Double, limit: Double)
  /// An epoch has no labeled frame.
  case nothingToTrainOn(epoch: Int)
  /// The dev speakers have no labeled frame.
  case nothingToMeasureOn

  /// The epoch and step, from 1, of a training whose settings make it diverge; nil for other errors.
  package var divergence: (epoch: Int, step: Int)? {
    switch self {
    case .nonFiniteLoss(let epoch, let step), .diverged(let epoch, let step, _, _): (epoch, step)
    case .nothingToTrainOn, .nothingToMeasureOn: nil
    }
  }
}
