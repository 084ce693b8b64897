import ArgumentParser
import Stages
import Workflows

/// A command that resolves its options from settings, then works for a while and ends with a report.
protocol WorkflowCommand: AsyncParsableCommand, GraphDrawing {
  associatedtype Options: Sendable

  /// The name of the work in its progress.
  static var progressLabel: String { get }

  var output: OutputOptions { get }

  /// Whether the settings in force are printed instead of the work done.
  var printsSettings: Bool { get }

  /// The workflow's options, and the settings as `--print-config` prints them.
  func resolve() throws(Failure) -> (options: Options, settings: SettingLayers)

  /// Does the work.
  func report(on options: Options, _ progress: WorkProgress) async throws -> any CommandReport
}

extension WorkflowCommand {
  func run() async throws {
    try await CommandRunner.run(Self.self, output) {
      let (options, settings) = try resolve()
      Warnings.warnAboutUnused(settings, output)
      if printsSettings {
        try Console.out(settings.printed)
        return .whole
      }
      let progress = WorkProgress()
      let display = ProgressDisplay(output, verb: Self.progressLabel)
      let report: any CommandReport = try await display.show(progress) {
        try await self.report(on: options, progress)
      }
      return try output.print(report)
    }
  }
}
