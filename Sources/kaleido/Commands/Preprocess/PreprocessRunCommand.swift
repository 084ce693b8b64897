import ArgumentParser
import Workflows

/// `kaleido preprocess CORPUS --out DIR`.
struct PreprocessRunCommand: AsyncParsableCommand {
  static let name = "run"

  static let configuration = CommandConfiguration(
    commandName: name, abstract: "Turn a corpus into features (the default).",
    usage: "kaleido preprocess <corpus> --out <dir> [<options>]",
    discussion: """
      Reads the corpus, computes features and frame labels, and writes them in shards that are committed one by one. \
      Stopped at any time, by any means, the same command goes on from there and ends with the same bytes. \
      An utterance that cannot be used is left out, named, and told in rejects.jsonl.

      kaleido preprocess status DIR   which shards are there
      kaleido preprocess verify DIR   every committed file against its checksum
      kaleido preprocess finish DIR   the indexes, once all parts are done
      """)

  @OptionGroup var arguments: PreprocessArguments
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
      let display = ProgressDisplay(output, verb: "preprocess")
      if arguments.dryRun {
        let estimate = try await display.show(progress) {
          try await PreprocessPlan(options, progress: progress).estimate(progress: progress)
        }
        try Console.out(
          output.json ? estimate.json : PreprocessText.estimate(estimate, style: output.tableStyle))
        return .whole
      }
      let report = try await display.show(progress) {
        try await PreprocessPlan(options, progress: progress).run(progress: progress)
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

extension PreprocessRunCommand: GraphDrawing {
  func drawing() throws -> GraphBlueprintDrawing { try PreprocessPlan(arguments.resolve().options).drawing() }
}
