import Workflows

/// Runs a comparison with its progress and leaves the page.
enum ComparisonRun {
  static func make(
    _ options: CompareOptions, tensorboard: Bool, _ output: OutputOptions
  ) async throws -> ComparisonReport {
    let progress = WorkProgress()
    let display = ProgressDisplay(output, verb: options.comparesRows ? "compare" : "report")
    let report = try await display.show(progress) {
      try await ComparePlan(options, progress: progress).run(progress: progress)
    }
    return report
  }
}
