package import Foundations
import Recognition
import TrainedModels

extension TrainOptions {
  /// The settings of `train` beside those of the front end, in the order of the help.
  package static let settings: [Setting<TrainOptions>] =
    FrameClassifierOptions.settings.within(\.classifier) + [.classes(\.classes)]
    + TrainingOptions.settings.within(\.training) + [
      .trainSplit(\.trainSplit), .devSplit(\.devSplit),
      .withSA(
        \.includesCalibration, help: "Train on SA1 and SA2, which every speaker reads; they are left out."),
      .maxBad(\.rejectLimit), .channel(\.channel),
      .jobs(
        \.jobs, help: "Workers of each stage, and tasks of a training step; no bit depends on them."),
    ]
}
