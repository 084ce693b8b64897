package import Learning

/// How a recogniser is trained.
package struct TrainingOptions: Sendable, Equatable {
  /// How the learning rate runs; its numbers are in the options beside it.
  package enum Schedule: String, Sendable, CaseIterable {
    case oneCycle = "one-cycle"
    case newbob
    case warmUp = "warm-up"
    case constant
  }

  /// Passes through the training set, at most.
  package var epochs = 20
  /// Segments in a batch.
  package var batchSegments = 16
  /// Frames of a segment that are classified.
  package var segmentFrames = 64
  /// Segments from which the next of a batch is drawn.
  package var shuffleSegments = 1024
  package var optimizer = OptimizerOptions(method: .adam, weightDecay: 0, maximumGradientNorm: 5)
  /// The learning rate; of a cycle, its peak.
  package var learningRate = 2e-3
  package var schedule = Schedule.oneCycle
  /// The share of all steps in which the rate rises, for `one-cycle` and `warm-up`.
  package var warmUpShare = 0.15
  /// The share of a frame's target that is spread over all classes.
  package var labelSmoothing: Float = 0
  /// Epochs in a row without a lower dev error after which training ends; 0 never ends it.
  package var patience = 0
  package var seed: UInt64 = 1

  package init() {}

  /// The schedule for a training of so many steps.
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
