import ArgumentParser
import Foundation
import Signal
import Stages
import Synthesis
import Workflows

/// `kaleido corpus make OUT`.
struct CorpusMakeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make", abstract: "Synthesize a phone-labeled corpus in TIMIT format.",
    usage: "kaleido corpus make <out> [--preset <name>] [<options>]",
    discussion: """
      Examples:
        kaleido corpus make corpus
        kaleido corpus make corpus --preset tiny --seed 2

      Speakers are made from the voices of CMU Flite: by other pitch, rate, length of the vocal tract, \
      rooms and noise. Test voices never occur in training, and no sentence occurs in two splits but SA1 \
      and SA2. The bytes depend on the options and the libraries alone. Stopped at any time, the same \
      command goes on from there.

      Flite has three voices for training and one for testing: such a corpus checks the machinery and no \
      more. --engines flite,festival,espeak adds those of Festival and eSpeak NG, where these programs are \
      installed.
      """)

  @Argument(
    help: ArgumentHelp("The corpus to make: a new or empty folder, or one begun.", valueName: "out"),
    completion: .directory)
  var out: String

  @OptionGroup(title: "Everyday options") var everyday: Everyday
  @OptionGroup(title: "Settings") var arithmetic: SettingOptions<ArithmeticSection>
  @OptionGroup(title: "Messages") var output: OutputOptions

  struct Everyday: ParsableArguments {
    @OptionGroup var settings: SettingOptions<CorpusMakingSection>

    @Option(
      help: ArgumentHelp(
        "Sentences of your own, one a line, instead of the built-in grammar's; may be given several times.",
        valueName: "file"), completion: .file())
    var prompts: [String] = []

    @Flag(help: "Replace what other options have made in the folder.")
    var force = false

    @OptionGroup var data: DataOption
  }

  /// The options of the workflow.
  func resolve() throws(Failure) -> CorpusMakingOptions {
    try arithmeticOptions().use()
    var options = try CorpusMakingOptions(
      outputDirectory: out, flags: everyday.settings.values,
      environment: ProcessInfo.processInfo.environment,
      cores: ProcessInfo.processInfo.activeProcessorCount)
    options.promptFiles = everyday.prompts
    options.dataFolder = everyday.data.folder
    options.replacesExisting = everyday.force
    return options
  }

  func run() async throws {
    try await CommandRunner.run(Self.self, output) {
      let options = try resolve()
      let progress = WorkProgress()
      let report = try await ProgressDisplay(output, verb: "make", unit: "speakers").show(progress) {
        try await CorpusMakingPlan(options).run(progress: progress)
      }
      return try output.print(report)
    }
  }
}

extension CorpusMakeCommand: ComputingCommand {
  var vectorUnit: VectorUnit? { get throws(Failure) { try arithmeticOptions().vectorUnit } }

  /// The arithmetic as the command line alone has it: the environment decides no byte of a corpus.
  private func arithmeticOptions() throws(Failure) -> ArithmeticOptions {
    var layers = try SettingLayers(flags: arithmetic.values, environment: [:], configuration: nil)
    return try ArithmeticOptions(&layers)
  }
}

extension CorpusMakeCommand: GraphDrawing {
  func drawing() throws -> GraphBlueprintDrawing { try CorpusMakingPlan(resolve()).drawing() }
}
