import Workflows

/// Runs a comparison with its progress and leaves the page.
enum ComparisonRun {
  static func make(
    _ plan: ComparePlan, tensorboard: Bool, _ output: OutputOptions
  ) async throws -> ComparisonReport {
    let progress = WorkProgress()
    let display = ProgressDisplay(output, verb: plan.options.comparesRows ? "compare" : "report")
    return try await display.show(progress) { try await plan.run(progress: progress) }
  }
}
