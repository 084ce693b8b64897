import ArgumentParser
import Corpus
import Foundation
import Stages
import Workflows

/// `kaleido corpus check CORPUS`.
struct CorpusCheckCommand: WorkflowCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "What a corpus holds, and what is wrong with it.",
    discussion: """
      Reads every file: headers against sizes, levels, labels against the audio, split counts against what is expected. \
      Ends with 65 if an utterance would be rejected.
      """)

  @OptionGroup var corpus: CorpusArguments

  @Option(
    help: ArgumentHelp(
      "The only sample rate taken (Hz); 0 takes any. (default: 16000)", valueName: "Hz"))
  var sampleRate: String?

  @Option(
    help: ArgumentHelp(
      "The channel to take from files of several, from 1. (default: only mono)", valueName: "n"))
  var channel: String?

  @Option(help: ArgumentHelp("Files read at once. (default: one a core)", valueName: "n"))
  var jobs: String?

  @OptionGroup var configuration: ConfigurationArguments

  @OptionGroup(title: "Output") var output: OutputOptions

  static let progressLabel = "check"

  var printsSettings: Bool { configuration.printConfig }

  func resolve() throws(Failure) -> (options: CorpusChecking, settings: SettingLayers) {
    var flags: [String: String] = [:]
    flags.take([.channel: channel, .jobs: jobs])
    if let sampleRate { flags["sample-rate"] = sampleRate }
    var layers = try configuration.layers(flags)
    let checking = try CorpusChecking(
      corpus.location, cores: ProcessInfo.processInfo.activeProcessorCount, settings: &layers)
    return (checking, layers)
  }

  func report(on options: CorpusChecking, _ progress: WorkProgress) async throws -> any CommandReport {
    try await options.run(progress: progress)
  }

  func drawing() throws -> GraphBlueprintDrawing { try resolve().options.blueprint() }
}
