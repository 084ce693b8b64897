package import Foundations
import Learning

extension TrainingOptions {
  /// The settings of a training, in the order of the help.
  package static let settings: [Setting<TrainingOptions>] = [
    .seed("seed", \.seed, help: "Seed of initial values, the order of segments, dropout and dither."),
    .integer(
      "epochs", \.epochs, 1...100_000, help: "Maximum number of passes through the training set."
    ).tunable,
    .real(
      "learning-rate", \.learningRate, 1e-9...10, help: "Learning rate; of one-cycle, its peak."
    ).tunable,
    .choice(
      "schedule", \.schedule,
      help: "Learning rate over the training; newbob halves it when the dev error no longer falls."
    ).tunable,
    .real(
      "warm-up", \.warmUpShare, 0...1,
      help: "Fraction of all steps in which the rate rises, of one-cycle and warm-up."
    ).tunable.valued("fraction"),
    .integer(
      "patience", \.patience, 0...100_000,
      help: "Consecutive epochs without a lower dev error that end the training; 0 never ends it."
    ).tunable,
    .choice("optimizer", \.optimizerName, help: "Optimizer.").tunable,
    .real("momentum", \.optimizer.method.momentum, 0...0.999, help: "Momentum of the optimizer.").tunable
      .with {
        $0.requirement = SettingRequirement("optimizer", ["sgd", "rmsprop"])
        $0.defaultNote = "sgd 0.9; rmsprop 0"
      },
    .real(
      "weight-decay", \.optimizer.weightDecay, 0...10, help: "Weight decay of dense layers."
    ).tunable,
    .real(
      "clip-norm", \.clipNorm, 0...1e6, help: "Maximum norm of a step's gradient; 0 does not limit it."
    ).tunable,
    .real(
      "label-smoothing", \.labelSmoothing, 0...0.9,
      help: "Fraction of a frame's target that is spread over all classes."
    ).tunable.valued("fraction"),
    .integer("batch-segments", \.batchSegments, 1...4096, help: "Segments in a batch.").tunable,
    .integer("segment-frames", \.segmentFrames, 1...4096, help: "Classified frames of a segment.").tunable,
    .integer(
      "shuffle-segments", \.shuffleSegments, 1...1_000_000,
      help: "Segments that the next one of a batch is drawn from; memory grows with it."),
  ]

  /// The optimizer by name; setting it sets its usual momentum.
  fileprivate var optimizerName: OptimizerName {
    get { OptimizerName(optimizer.method) }
    set { optimizer.method = newValue.method }
  }

  /// The maximum norm of a gradient; 0 for none.
  fileprivate var clipNorm: Double {
    get { optimizer.maximumGradientNorm ?? 0 }
    set { optimizer.maximumGradientNorm = newValue > 0 ? newValue : nil }
  }
}
