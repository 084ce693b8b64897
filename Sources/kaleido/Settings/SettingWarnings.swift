import Foundation
import Foundations
import FrontEnds
import Workflows

extension Warnings {
  /// Warns about settings of file and environment that have no effect on the front end.
  static func warnAboutUnused(_ settings: SettingLayers, _ output: OutputOptions) {
    for unused in settings.unused where unused.origin != .flag {
      let source = unused.origin == .file ? "the file of --config" : EnvironmentVariable.named(unused.name)
      let reason =
        switch unused.reason {
        case .kind(let kind): "on front end \(kind)"
        case .setting(let name, let value): "with --\(name) \(value)"
        }
      warn("\(source) sets --\(unused.name), which has no effect \(reason)", output)
    }
  }

  /// Warns about variables that look like the program's but that nothing reads.
  static func warnAboutUnknownVariables(_ output: OutputOptions) {
    for variable in EnvironmentVariable.unknown(in: ProcessInfo.processInfo.environment) {
      let meant = variable.suggestion.map { "; did you mean \($0)?" } ?? ""
      warn("the environment sets \(variable.name), which nothing reads\(meant)", output)
    }
  }
}
