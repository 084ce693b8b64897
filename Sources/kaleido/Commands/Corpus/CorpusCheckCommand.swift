import ArgumentParser
import Corpus
import Foundation
import Stages
import Workflows

/// `kaleido corpus check CORPUS`.
struct CorpusCheckCommand: WorkflowCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Show what a corpus holds, and what is wrong with it.",
    usage: "kaleido corpus check <corpus> [<options>]",
    discussion: """
      Examples:
        kaleido corpus check corpus.jsonl --root audio --json
        kaleido corpus check corpus --against feats

      Reads every file: headers against sizes, levels, labels against the audio, split counts against what \
      is expected. Ends with 65 if an utterance would be rejected, or if features given by --against were \
      made of other files than are there now.
      """)

  @OptionGroup var corpus: CorpusArgument
  @OptionGroup(title: "Everyday options") var everyday: Everyday
  @OptionGroup(title: "Corpus") var reading: CorpusReadingArguments
  @OptionGroup(title: "Settings") var configuration: ConfigurationArguments
  @OptionGroup(title: "Messages") var output: OutputOptions

  struct Everyday: ParsableArguments {
    @OptionGroup var settings: SettingOptions<CheckSection>

    @Option(
      help: ArgumentHelp(
        "Also name the files that have changed since preprocess read them for this output directory.",
        valueName: "dir"), completion: .directory)
    var against: String?
  }

  static let progressLabel = "check"

  var printsSettings: Bool { configuration.printConfig }

  func resolve() throws(Failure) -> (options: CorpusChecking, settings: SettingLayers) {
    var layers = try configuration.layers(everyday.settings.values, reading.settings.values)
    var checking = try CorpusChecking(
      reading.location(corpus.path, settings: &layers), cores: ProcessInfo.processInfo.activeProcessorCount,
      settings: &layers)
    checking.featuresDirectory = everyday.against
    return (checking, layers)
  }

  func report(on options: CorpusChecking, _ progress: WorkProgress) async throws -> any CommandReport {
    try await options.run(progress: progress)
  }

  func drawing() throws -> GraphBlueprintDrawing { try resolve().options.blueprint() }
}
