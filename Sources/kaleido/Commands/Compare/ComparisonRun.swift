import Reports
import Stages
import Workflows

/// Runs a comparison or a report with its progress, and leaves the page.
enum ComparisonRun {
  /// - Parameter tensorboard: whether to write the training curves as TensorBoard reads them, too.
  static func make(
    _ options: ComparisonOptions, tensorboard: Bool, _ output: OutputOptions
  ) async throws -> ComparisonReport {
    let progress = WorkProgress()
    return try await ProgressDisplay(output, verb: "compare").show(progress) {
      let report = try await ComparisonPlan(options, progress: progress).run(progress: progress)
      try report.writePages(
        to: ComparisonDirectory(path: options.outputDirectory), includesEvents: tensorboard)
      return report
    }
  }

  /// - Parameter tensorboard: whether to write the training curves as TensorBoard reads them, too.
  static func make(
    _ options: ReportOptions, tensorboard: Bool, _ output: OutputOptions
  ) async throws -> ComparisonReport {
    let progress = WorkProgress()
    return try await ProgressDisplay(output, verb: "report").show(progress) {
      let report = try await ReportPlan(options, progress: progress).run(progress: progress)
      try report.writePages(
        to: ComparisonDirectory(path: options.outputDirectory), includesEvents: tensorboard)
      return report
    }
  }
}
