import ArgumentParser
import Corpus
import Foundation
import Workflows

/// `kaleido corpus check CORPUS`.
struct CorpusCheckCommand: AsyncParsableCommand {
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

  /// The workflow that the options ask for, and the settings as `--print-config` prints them.
  func resolve() throws(Failure) -> (checking: CorpusChecking, settings: SettingLayers) {
    var flags: [String: String] = [:]
    flags.take([.channel: channel, .jobs: jobs])
    if let sampleRate { flags["sample-rate"] = sampleRate }
    var layers = try configuration.layers(flags)
    let checking = try CorpusChecking(
      corpus.place, cores: ProcessInfo.processInfo.activeProcessorCount, settings: &layers)
    return (checking, layers)
  }

  func run() async throws {
    try await Conduct.run(output) {
      let (checking, settings) = try resolve()
      if configuration.printConfig {
        try Console.out(settings.printed)
        return .whole
      }
      let progress = WorkProgress()
      let check = try await ProgressDisplay(output, verb: "check").show(progress) {
        try await checking.run(progress: progress)
      }
      if output.json {
        try Console.out(try JSONText.of(check))
      } else {
        try Console.out(CorpusText.check(check, style: output.tableStyle, isVerbose: output.verbose))
      }
      return check.rejections == 0 ? .whole : .badInput
    }
  }
}

extension CorpusCheckCommand: GraphDrawing {
  func drawing() throws -> GraphBlueprintDrawing { try resolve().checking.blueprint() }
}
