package import Foundations
import TrainedModels

extension CorpusChecking {
  /// The settings of `corpus check`, in the order of the help.
  package static let settings: [Setting<CorpusChecking>] = [
    .integer(
      "sample-rate", \.sampleRateHertz, 1...10_000_000, orKeyword: "any", unit: .hertz,
      help: "The only sample rate taken, or any."),
    .channel(\.channel),
    .jobs(\.jobs, help: "Files read at once."),
  ]
}

extension FileInspectionOptions {
  /// The settings of `corpus inspect`.
  package static let settings: [Setting<FileInspectionOptions>] = [
    .channel(\.channel),
    .text(
      "phones", \.phones, .name("a phone set, or a file with one"), orKeyword: "timit",
      help: "Phone set of the labels: one of the program's, or a file."
    ).valued("name|file"),
  ]
}
