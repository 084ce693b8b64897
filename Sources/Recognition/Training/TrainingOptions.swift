package import Learning

/// The options of a training.
package struct TrainingOptions: Sendable, Equatable {
  /// The schedule of the learning rate, whose numbers are the other options.
  package enum Schedule: String, Sendable, CaseIterable {
    case oneCycle = "one-cycle"
    case newbob
    case warmUp = "warm-up"
    case constant
  }

  /// The maximum number of passes through the training set.
  package var epochs = 20
  /// The segments of a batch.
  package var batchSegments = 16
  /// The classified frames of a segment.
  package var segmentFrames = 64
  /// The segments that the next one of a batch is drawn from.
  package var shuffleSegments = 1024
  package var optimizer = OptimizerOptions(method: .adam, weightDecay: 0, maximumGradientNorm: 5)
  /// The learning rate; for `one-cycle`, its peak.
  package var learningRate = 2e-3
  package var schedule = Schedule.oneCycle
  /// The fraction of all steps in which the rate rises, for `one-cycle` and `warm-up`.
  package var warmUpShare = 0.15
  /// The fraction of a frame's target that is spread over all classes.
  package var labelSmoothing: Float = 0
  /// The number of consecutive epochs without a lower dev error that ends training; 0 never ends it.
  package var patience = 0
  package var seed: UInt64 = 1

  package init() {}

  /// The schedule of a training of `totalSteps` steps.
  package func learningRateSchedule(totalSteps: Int) -> LearningRateSchedule {
    let steps = max(1, totalSteps)
    switch schedule {
    case .oneCycle:
      return .oneCycle(OneCycle(peakRate: learningRate, totalSteps: steps, warmUpShare: warmUpShare))
    case .newbob:
      return .newbob(Newbob(initialRate: learningRate, patience: nil))
    case .warmUp:
      return .warmUp(rate: learningRate, steps: Int(warmUpShare * Double(steps)))
    case .constant:
      return .constant(rate: learningRate)
    }
  }
}
