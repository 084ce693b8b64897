import ArgumentParser
import FrontEnds
import Workflows

/// One run of the preprocessing workflow, as by `kaleido preprocess`.
struct PreprocessOnce: Sendable {
  let corpus: String
  let output: String
  var jobs = 1

  /// Runs to the end and returns the report.
  ///
  /// - Throws: `resultsDiffer` if an utterance is rejected.
  func run() throws -> PreprocessReport {
    let options = PreprocessOptions(
      corpus: CorpusLocation(corpus), outputDirectory: output, frontEnd: FrontEndSpec(.mel), jobs: jobs)
    let plan = try PreprocessPlan(options)
    let report = try waitFor { try await plan.run() }
    guard report.isWhole, report.rejects.isEmpty else {
      throw BenchmarkError.resultsDiffer(
        "\(report.rejects.count) of \(report.utterancesTotal) utterances rejected")
    }
    return report
  }
}

/// A preprocessing run in a separate process, for the memory section.
struct PreprocessOnceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "preprocess-once", shouldDisplay: false)

  @Argument var corpus: String
  @Argument var output: String
  @Option var jobs = 1

  func run() throws { _ = try PreprocessOnce(corpus: corpus, output: output, jobs: jobs).run() }
}
