import Foundation
import Foundations
import FrontEnds
import Workflows

/// What is told of settings that do nothing.
enum SettingText {
  /// Names settings of file and environment that have no effect on the row.
  static func tellIdle(_ settings: SettingLayers, _ output: OutputOptions) {
    for idle in settings.withoutEffect where idle.origin != .flag {
      let place = idle.origin == .file ? "the file of --config" : EnvironmentVariable.named(idle.name)
      tell("\(place) sets --\(idle.name), which has no effect on row \(idle.row.rawValue)", output)
    }
  }

  /// Names variables that look like the program's but that nothing reads.
  static func tellUnknownVariables(_ output: OutputOptions) {
    for variable in EnvironmentVariable.unknown(in: ProcessInfo.processInfo.environment) {
      let meant = variable.suggestion.map { "; did you mean \($0)?" } ?? ""
      tell("the environment sets \(variable.name), which nothing reads\(meant)", output)
    }
  }

  private static func tell(_ text: String, _ output: OutputOptions) {
    guard !output.quiet else { return }
    Console.error("\(output.messageStyle.yellow("warning:")) \(text)\n")
  }
}
