import ArgumentParser
import FrontEnds
import Workflows

/// One run of the preprocessing workflow, as `kaleido preprocess` does it.
struct PreprocessOnce: Sendable {
  let corpus: String
  let output: String
  var jobs = 1

  /// Runs to the end, every utterance stored, and gives what the run reports.
  func run() throws -> PreprocessReport {
    let options = PreprocessOptions(corpus: corpus, outputDirectory: output, row: Row(.mel), jobs: jobs)
    let plan = try PreprocessPlan(options)
    let report = try waitFor { try await plan.run() }
    guard report.isWhole, report.rejects.isEmpty else {
      throw BenchmarkError.resultsDiffer(
        "\(report.rejects.count) of \(report.utterancesTotal) utterances rejected")
    }
    return report
  }
}

/// The same as a process of its own, whose memory the memory section watches.
struct PreprocessOnceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "preprocess-once", shouldDisplay: false)

  @Argument var corpus: String
  @Argument var output: String
  @Option var jobs = 1

  func run() throws { _ = try PreprocessOnce(corpus: corpus, output: output, jobs: jobs).run() }
}
