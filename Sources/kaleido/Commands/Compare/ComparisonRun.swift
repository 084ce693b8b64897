import Archives
import Files
import Reports
import Stages
import Workflows

/// Runs a comparison with its progress and leaves the page.
enum ComparisonRun {
  /// - Parameter tensorboard: whether to write the training curves as TensorBoard reads them, too.
  static func make(
    _ options: CompareOptions, tensorboard: Bool, _ output: OutputOptions
  ) async throws -> ComparisonReport {
    let progress = WorkProgress()
    let display = ProgressDisplay(output, verb: options.comparesRows ? "compare" : "report")
    return try await display.show(progress) {
      let report = try await ComparePlan(options, progress: progress).run(progress: progress)
      let folder = options.outputDirectory
      try AtomicFile.write(Array(ComparisonPage(report: report).html.utf8), to: "\(folder)/report.html")
      if tensorboard { try writeEvents(report, to: "\(folder)/tensorboard") }
      return report
    }
  }

  /// A folder of events for each row and seed, as TensorBoard tells runs apart.
  private static func writeEvents(_ report: ComparisonReport, to folder: String) throws {
    let store = FileStore()
    for (place, row) in report.rows.enumerated() {
      for seed in row.seeds {
        let run = "\(folder)/\(place + 1)-\(ComparePlan.fileName(row.name))-s\(seed.seed)"
        try store.makeFolders(run)
        try AtomicFile.write(
          TensorBoardEvents(seed.history).bytes, to: "\(run)/\(TensorBoardEvents.fileName)")
      }
    }
  }
}
