import ArgumentParser
import Foundation
import Signal
import Stages
import Workflows

/// `kaleido evaluate RUN CORPUS`.
struct EvaluateCommand: WorkflowCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Measure frame and phone error rates of a trained model.",
    usage: "kaleido evaluate <run> <corpus> [--split <name>] [<options>]",
    discussion: """
      Examples:
        kaleido evaluate runs/mel corpus
        kaleido evaluate runs/mel corpus --split dev --json

      Frame error and accuracy in the model's classes and folded to those of the phone set's last column (39 \
      of TIMIT); phone error of these under three conventions: strict (silence counts like any phone), \
      forgiving (a deleted silence costs nothing), \
      merged (runs of silence count as one). --json adds everything by class, by speaker and by utterance, \
      and the confusions.
      """)

  @Argument(
    help: ArgumentHelp("A RUN of train, or its model.safetensors.", valueName: "run"), completion: .file())
  var run_: String

  @OptionGroup var corpus: CorpusArgument
  @OptionGroup(title: "Everyday options") var settings: SettingOptions<EvaluateSection>
  @OptionGroup(title: "Corpus") var catalog: CorpusReadingArguments
  @OptionGroup(title: "Corpus") var reading: SettingOptions<TestCorpusSection>
  @OptionGroup(title: "Settings") var configuration: ConfigurationArguments
  @OptionGroup(title: "Settings") var arithmetic: SettingOptions<ArithmeticSection>
  @OptionGroup(title: "Messages") var output: OutputOptions

  func resolve() throws(Failure) -> (options: EvaluateOptions, settings: SettingLayers) {
    var layers = try configuration.layers(
      arithmetic, settings.values, catalog.settings.values, reading.values)
    let test = try TestOptions(
      catalog.location(corpus.path, settings: &layers),
      cores: ProcessInfo.processInfo.activeProcessorCount,
      settings: &layers)
    return (EvaluateOptions(model: run_, test: test), layers)
  }

  static let progressLabel = "evaluate"

  var printsSettings: Bool { configuration.printConfig }

  func report(on options: EvaluateOptions, _ progress: WorkProgress) async throws -> any CommandReport {
    try await Evaluation(options, progress: progress).run(progress: progress)
  }

  func drawing() throws -> GraphBlueprintDrawing { try Evaluation(resolve().options).drawing() }
}

extension EvaluateCommand: ComputingCommand {
  var vectorUnit: VectorUnit? { get throws(Failure) { try configuration.vectorUnit(arithmetic) } }
}
