import ArgumentParser
import Foundations

/// A setting as an option of the command line.
struct SettingArgument: Sendable {
  let name: String
  /// Other names that are taken, but not shown.
  var hiddenNames: [String] = []
  let isFlag: Bool
  /// Its purpose, allowed names, unit and default.
  let abstract: String
  let valueName: String
  let completion: CompletionKind?

  init<Root>(_ setting: Setting<Root>, default defaultValue: SettingValue) {
    name = setting.name
    isFlag = setting.kind == .flag
    let names = setting.kind.names
    let listed =
      switch setting.kind {
      case .choice, .keyword(_, .choice): " One of \(names.joined(separator: ", "))."
      default: ""
      }
    let unit = setting.unit.map { " \($0.rawValue)" } ?? ""
    let isKeyword = if case .string = defaultValue { true } else { false }
    let note = setting.defaultNote ?? defaultValue.text + (isKeyword ? "" : unit)
    abstract = "\(setting.help)\(listed) (default: \(note))"
    valueName = setting.placeholder ?? setting.unit?.rawValue ?? Self.valueName(setting.kind)
    completion = names.isEmpty ? nil : .list(names)
  }

  private static func valueName(_ kind: SettingKind) -> String {
    switch kind {
    case .flag, .text: "text"
    case .integer, .integerChoice: "n"
    case .real: "number"
    case .choice: "name"
    case .context: "frames"
    case .keyword(_, let other): valueName(other)
    }
  }

  /// The help of the option, or of a name of it that is not shown.
  func help(isShown: Bool = true) -> ArgumentHelp {
    ArgumentHelp("\(abstract)", valueName: valueName, visibility: isShown ? .default : .hidden)
  }
}
