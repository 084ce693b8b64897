import Archives
package import Foundations
import TrainedModels

extension PreprocessOptions {
  /// The settings of `preprocess` beside those of the front end, in the order of the help.
  package static let settings: [Setting<PreprocessOptions>] = [
    .choice("format", \.format, help: "Format of the features."),
    .jobs(\.jobs),
    .maxBad(\.rejectLimit),
    .channel(\.channel),
    .flag(
      "compress", \.isCompressed, help: "Kaldi's 8-bit compression (CM); holds one utterance in memory."
    ).with { $0.requirement = SettingRequirement("format", [ArchiveFormat.kaldi.rawValue]) },
    .integer("shard-utterances", \.shardUtterances, 1...1_000_000, help: "Utterances in a shard."),
    .relativePaths(\.usesRelativePaths),
  ]
}

extension FinishOptions {
  /// The settings of `preprocess finish`.
  package static let settings: [Setting<FinishOptions>] = [
    .relativePaths(\.flagOfRelativePaths).with { $0.defaultNote = "as in the last run" }
  ]
}

extension Setting {
  fileprivate static func relativePaths(_ path: any Path<Bool>) -> Setting {
    .flag(
      "relative-paths", path,
      help: "Paths in the indexes relative to the output directory, which may then be moved.")
  }
}
