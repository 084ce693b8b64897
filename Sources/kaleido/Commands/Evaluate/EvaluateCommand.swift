import ArgumentParser
import Foundation
import Stages
import Workflows

/// `kaleido evaluate RUN CORPUS`.
struct EvaluateCommand: WorkflowCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Frame and phone error rates of a trained model.",
    usage: "kaleido evaluate <run> <corpus> [--split <name>] [<options>]",
    discussion: """
      Frame error and accuracy in the model's classes and folded to 39; phone error of the 39 under three conventions: \
      strict (silence counts like any phone), forgiving (a deleted silence costs nothing), merged (runs of silence count \
      as one). --json adds everything by class, by speaker and by utterance, and the confusions.
      """)

  @Argument(
    help: ArgumentHelp("A RUN of train, or its model.safetensors.", valueName: "run"), completion: .file())
  var run_: String

  @OptionGroup var corpus: CorpusArguments

  @Option(
    help: ArgumentHelp(
      "The split to score. (default: core-test where the corpus has it, else test)", valueName: "name"))
  var split: String?

  @Flag(
    name: .customLong("with-sa"), inversion: .prefixedNo,
    help: "Score SA1 and SA2, which every speaker reads, too. (default: left out)")
  var withSA: Bool?

  @Option(help: ArgumentHelp("Workers of each stage. (default: one a core)", valueName: "n"))
  var jobs: String?

  @Option(
    help: ArgumentHelp(
      "How many utterances may be bad, a number or a percentage; more end with 65. (default: 0)",
      valueName: "n|p%"))
  var maxBad: String?

  @Option(
    help: ArgumentHelp(
      "The channel to take from files of several, from 1. (default: as in training)", valueName: "n"))
  var channel: String?

  @OptionGroup var configuration: ConfigurationArguments
  @OptionGroup(title: "Output") var output: OutputOptions

  func resolve() throws(Failure) -> (options: EvaluateOptions, settings: SettingLayers) {
    var flags: [String: String] = [:]
    flags.take([
      .split: split, .withSA: withSA.map(String.init), .jobs: jobs, .maxBad: maxBad, .channel: channel,
    ])
    var layers = try configuration.layers(flags)
    let test = try TestOptions(
      corpus.location, cores: ProcessInfo.processInfo.activeProcessorCount, settings: &layers)
    return (EvaluateOptions(model: run_, test: test), layers)
  }

  static let progressLabel = "evaluate"

  var printsSettings: Bool { configuration.printConfig }

  func report(on options: EvaluateOptions, _ progress: WorkProgress) async throws -> any CommandReport {
    try await Evaluation(options, progress: progress).run(progress: progress)
  }

  func drawing() throws -> GraphBlueprintDrawing { try Evaluation(resolve().options).drawing() }
}
