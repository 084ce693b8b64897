import ArgumentParser
import Workflows

/// `kaleido preprocess CORPUS --out DIR`.
struct PreprocessRunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Turn a corpus into features (the default).", shouldDisplay: false)

  @OptionGroup var arguments: PreprocessArguments
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() async throws {
    try await Conduct.run(output) {
      let (options, settings) = try arguments.resolve()
      if arguments.printConfig {
        try Console.out(settings.printed)
        return .whole
      }
      let plan = try PreprocessPlan(options)
      if arguments.dryRun {
        let estimate = try plan.estimate()
        try Console.out(
          output.json ? estimate.json : PreprocessText.estimate(estimate, style: output.tableStyle))
        return .whole
      }
      let progress = WorkProgress()
      let report = try await ProgressDisplay(output, verb: "preprocess").show(progress) {
        try await plan.run(progress: progress)
      }
      PreprocessText.tellFindings(report, output)
      if output.json {
        try Console.out(report.json)
      } else if !output.quiet {
        try Console.out(PreprocessText.report(report, style: output.tableStyle, isVerbose: output.verbose))
      }
      return report.exceedsMaximumBad ? .badInput : .whole
    }
  }
}
