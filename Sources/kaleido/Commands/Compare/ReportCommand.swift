import ArgumentParser
import Workflows

/// `kaleido report RUN... --corpus CORPUS --out DIR`.
struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Show trained runs on one page, scored on test speakers.",
    usage: "kaleido report <run>... --corpus <corpus> --out <dir> [<options>]",
    discussion: """
      What compare shows of its rows, for runs of train: scores by class and speaker, confusions, training curves, learned \
      filters, what is heard in single utterances, cost. Nothing is tested; compare does that.
      """)

  @Argument(help: ArgumentHelp("RUNs of train.", valueName: "run"), completion: .directory)
  var runs: [String] = []

  @OptionGroup var arguments: ComparisonArguments

  @Flag(help: "Write the training curves as TensorBoard event files, too: DIR/tensorboard.")
  var tensorboard = false

  @OptionGroup(title: "Output") var output: OutputOptions

  func run() async throws {
    try await CommandRunner.run(output) {
      let settings = try arguments.settings()
      var options = ReportOptions(
        runs, outputDirectory: arguments.out, test: try settings.test(split: arguments.split))
      options.command = RepeatingCommand(options, split: arguments.split, flags: settings.flags).text
      let report = try await ComparisonRun.make(options, tensorboard: tensorboard, output)
      return try output.print(ComparisonResult(report: report, directory: arguments.out))
    }
  }
}
