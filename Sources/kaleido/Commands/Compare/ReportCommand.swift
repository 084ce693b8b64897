import ArgumentParser
import Foundation
import Signal
import Workflows

/// `kaleido report RUN... --corpus CORPUS --out DIR`.
struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Show trained runs on one page, scored on test speakers.",
    usage: "kaleido report <run>... --corpus <corpus> --out <dir> [<options>]",
    discussion: """
      Examples:
        kaleido report runs/mel --corpus corpus --out page
        kaleido report runs/mel runs/k --corpus corpus --split dev --out page

      What compare shows of its contenders, for runs of train: scores by class and speaker, confusions, \
      training curves, learned filters, what is heard in single utterances, cost. Nothing is tested; compare \
      does that.
      """)

  @Argument(help: ArgumentHelp("RUNs of train.", valueName: "run"), completion: .directory)
  var runs: [String] = []

  @OptionGroup(title: "Everyday options") var everyday: Everyday
  @OptionGroup(title: "Corpus") var catalog: CorpusReadingArguments
  @OptionGroup(title: "Corpus") var reading: SettingOptions<ReportCorpusSection>
  @OptionGroup(title: "Settings") var configuration: ConfigurationArguments
  @OptionGroup(title: "Settings") var arithmetic: SettingOptions<ArithmeticSection>
  @OptionGroup(title: "Messages") var output: OutputOptions

  struct Everyday: ParsableArguments {
    @OptionGroup var directory: ComparisonArguments
    @OptionGroup var settings: SettingOptions<ReportSection>

    @Flag(help: "Write the training curves as TensorBoard event files, too: DIR/tensorboard.")
    var tensorboard = false
  }

  func run() async throws {
    try await CommandRunner.run(Self.self, output) {
      let (options, layers) = try resolve()
      if configuration.printConfig {
        try Console.out(layers.printed)
        return .whole
      }
      let report = try await ComparisonRun.make(options, tensorboard: everyday.tensorboard, output)
      return try output.print(ComparisonResult(report: report, directory: everyday.directory.out))
    }
  }

  func resolve() throws(Failure) -> (options: ReportOptions, settings: SettingLayers) {
    var layers = try configuration.layers(
      arithmetic, everyday.settings.values, catalog.settings.values, reading.values)
    let test = try TestOptions(
      catalog.location(everyday.directory.corpus, settings: &layers),
      cores: ProcessInfo.processInfo.activeProcessorCount, settings: &layers)
    var options = ReportOptions(runs, outputDirectory: everyday.directory.out, test: test)
    options.command = RepeatingCommand(options, layers).text
    return (options, layers)
  }
}

extension ReportCommand: ComputingCommand {
  var vectorUnit: VectorUnit? { get throws(Failure) { try configuration.vectorUnit(arithmetic) } }
}
