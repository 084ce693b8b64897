package import Foundations
import TrainedModels

extension TestOptions {
  /// The settings of the test speakers, in the order of the help.
  package static let settings: [Setting<TestOptions>] = [
    .text("split", \.split, .splitName, orKeyword: "auto", help: "Split to score.").with {
      $0.defaultNote = "core-test where the corpus has it, else test"
      $0.placeholder = "name"
    },
    .withSA(
      \.includesCalibration, help: "Score SA1 and SA2, which every speaker reads, too; they are left out."),
    .maxBad(\.rejectLimit),
    Setting.channel(\.channel).with { $0.defaultNote = "that of the training" },
    .jobs(\.jobs),
  ]
}
