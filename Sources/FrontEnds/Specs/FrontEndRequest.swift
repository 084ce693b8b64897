package import Foundations

/// A front end as it is asked for on the command line: `NAME[:option=value,...]`.
///
/// Its options override those that are common to all front ends. A flag may have no value (`use-energy`) or
/// `no-` before it (`no-snip-edges`). ``description`` is the canonical form, and reads back as the same
/// request.
package struct FrontEndRequest: Sendable, Hashable {
  package let kind: FrontEndKind

  /// The options set, by their full names.
  package let settings: [String: SettingValue]

  /// A request without options of its own.
  package init(_ kind: FrontEndKind) {
    self.kind = kind
    settings = [:]
  }

  private init(kind: FrontEndKind, settings: [String: SettingValue]) {
    self.kind = kind
    self.settings = settings
  }

  /// This request without some of its options.
  package func dropping(_ names: Set<String>) -> FrontEndRequest {
    FrontEndRequest(kind: kind, settings: settings.filter { !names.contains($0.key) })
  }

  /// Reads `NAME[:option=value,...]`.
  ///
  /// - Throws: ``FrontEndError`` with the part that is wrong, what is allowed, and the nearest to it.
  package init(parsing text: String) throws(FrontEndError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    kind = try FrontEndKind(name: String(parts[0]))
    var settings: [String: SettingValue] = [:]
    if parts.count == 2 {
      for setting in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
        guard !setting.isEmpty else { throw .emptyOption(request: text) }
        let (option, value) = try Self.parse(setting: setting)
        guard kind.uses(option) else {
          throw .optionNotForKind(
            option: option.name, kind: kind.name, allowed: kind.options.map(\.name))
        }
        guard settings.updateValue(value, forKey: option.name) == nil else {
          throw .duplicateOption(option: option.name, request: text)
        }
      }
    }
    self.settings = settings
  }

  private static func parse(
    setting: Substring
  ) throws(FrontEndError) -> (FeatureOption, SettingValue) {
    let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let (name, text) = (String(parts[0]), parts.count == 2 ? String(parts[1]) : nil)
    if name.hasPrefix("no-"), let option = try? FeatureOption.named(String(name.dropFirst(3))),
      option.kind == .flag
    {
      let negation = try option.parse(text ?? "true")
      return (option, .flag(negation == .flag(false)))
    }
    let option = try FeatureOption.named(name)
    if let text { return (option, try option.parse(text)) }
    guard option.kind == .flag else { throw .missingValue(option: option.name, allowed: option.kind) }
    return (option, .flag(true))
  }

  /// The front end with this request's options over common ones.
  ///
  /// - Throws: ``FrontEndError``, never for a request that was read.
  package func resolved(over common: FeatureConfiguration) throws(FrontEndError) -> FrontEndSpec {
    var configuration = common
    for option in kind.options {
      if let value = settings[option.name] { try option.set(value, in: &configuration) }
    }
    return FrontEndSpec(kind, configuration)
  }
}

extension FrontEndRequest: CustomStringConvertible {
  /// The canonical form, options in the order of the kind.
  package var description: String {
    let options = kind.options.compactMap { option in
      settings[option.name].map { option.text(settingTo: $0) }
    }
    return options.isEmpty ? kind.name : "\(kind.name):\(options.joined(separator: ","))"
  }
}

extension FeatureOption {
  /// The option with a value, as in a request.
  func text(settingTo value: SettingValue) -> String { setting.text(settingTo: value) }
}

extension Setting {
  /// The setting with a value, as in a request: `use-energy`, `no-snip-edges`, `mel-bins=80`.
  func text(settingTo value: SettingValue) -> String {
    if case .flag(let isOn) = value { return isOn ? name : "no-\(name)" }
    return "\(name)=\(value.text)"
  }
}
