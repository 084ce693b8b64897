import ArgumentParser
import Workflows

/// `kaleido train CORPUS --out RUN`.
struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a phone classifier on a front end.",
    usage: "kaleido train <corpus> --front-end <row> --out <run> [<options>]",
    discussion: """
      Trains on the training speakers, keeps the epoch with the lowest frame error on the dev speakers, and chooses the \
      decoder's weights on them. Each epoch is committed by a checkpoint: stopped at any time, by any means, the same \
      command with --resume goes on from there and ends with the same bytes. RUN holds no path of the corpus.

      RUN/model.safetensors   the best epoch's model; stands alone
      RUN/training.jsonl      a line an epoch: loss, accuracy, dev frame error, how far the front end has moved
      RUN/summary.json        written last
      """)

  @OptionGroup var arguments: TrainArguments
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() async throws {
    try await Conduct.run(output) {
      let (options, settings) = try arguments.resolve()
      SettingText.tellIdle(settings, output)
      if arguments.configuration.printConfig {
        try Console.out(settings.printed)
        return .whole
      }
      let progress = WorkProgress()
      let display = ProgressDisplay(output, verb: "train")
      if arguments.dryRun {
        let estimate = try await display.show(progress) {
          try await TrainPlan(options, progress: progress).estimate(progress: progress)
        }
        try Console.out(output.json ? estimate.json : TrainText.estimate(estimate, style: output.tableStyle))
        return .whole
      }
      let report = try await display.show(progress) {
        try await TrainPlan(options, progress: progress).run(progress: progress)
      }
      TrainText.tellFindings(report, output)
      if output.json {
        try Console.out(report.json)
      } else if !output.quiet {
        try Console.out(TrainText.report(report, style: output.tableStyle, isVerbose: output.verbose))
      }
      return .whole
    }
  }
}

extension TrainCommand: GraphDrawing {
  func drawing() throws -> GraphBlueprintDrawing { try TrainPlan(arguments.resolve().options).drawing() }
}
