import ArgumentParser
import Workflows

/// What `compare` and `report` have in common: the corpus, where results go, how it is run.
struct ComparisonArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp("A folder in TIMIT layout, or a .jsonl manifest.", valueName: "corpus"),
    completion: .file())
  var corpus: String

  @Option(
    help: ArgumentHelp("Where everything goes; made if it is not there.", valueName: "dir"),
    completion: .directory)
  var out: String

  @Option(
    help: ArgumentHelp(
      "What a manifest's paths are relative to. (default: the manifest's folder)", valueName: "dir"),
    completion: .directory)
  var root: String?

  @Option(
    help: ArgumentHelp(
      "The program's data: phone sets, splits, the built-in corpus. (default: KALEIDO_DATA, or beside the program)",
      valueName: "dir"), completion: .directory)
  var data: String?

  @Option(
    help: ArgumentHelp(
      "The split to score, once. (default: core-test where the corpus has it, else test)", valueName: "name"))
  var split: String?

  @Option(help: ArgumentHelp("The split to train on. (default: train)", valueName: "name"))
  var trainSplit: String?

  @Option(help: ArgumentHelp("The split that choices are made on. (default: dev)", valueName: "name"))
  var devSplit: String?

  @Flag(
    name: .customLong("with-sa"), inversion: .prefixedNo,
    help: "Keep SA1 and SA2, which every speaker reads. (default: left out)")
  var withSA: Bool?

  @Option(help: ArgumentHelp("Workers; no bit depends on it. (default: one a core)", valueName: "n"))
  var jobs: String?

  @Option(
    help: ArgumentHelp(
      "How many utterances may be bad, a number or a percentage; more end with 65. (default: 0)",
      valueName: "n|p%"))
  var maxBad: String?

  @Option(
    help: ArgumentHelp(
      "The channel to take from files of several, from 1. (default: only mono)", valueName: "n"))
  var channel: String?

  @OptionGroup var configuration: ConfigurationArguments

  /// The settings of trainings and of test speakers.
  ///
  /// - Parameter flags: settings of the training that the command line says beside these.
  func settings(_ flags: [String: String] = [:]) throws(Failure) -> ComparisonSettings {
    var flags = flags
    flags.take([
      .trainSplit: trainSplit, .devSplit: devSplit, .withSA: withSA.map(String.init), .jobs: jobs,
      .maxBad: maxBad, .channel: channel,
    ])
    return ComparisonSettings(
      CorpusLocation(corpus, root: root, dataFolder: data), try configuration.layers([:]), flags: flags)
  }
}
