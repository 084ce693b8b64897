package import Foundations

/// A front end as it is written on the command line: `NAME[:option=value,...]`.
///
/// The options of a row stand above those that are common to all rows. A flag may stand alone (`use-energy`)
/// or with `no-` before it (`no-snip-edges`). ``description`` is the canonical form, and reads back as the
/// same row.
package struct Row: Sendable, Hashable {
  package let name: RowName

  /// The options set, by their full names.
  package let settings: [String: SettingValue]

  /// A row without options of its own.
  package init(_ name: RowName) {
    self.name = name
    settings = [:]
  }

  /// The same row without some of its options.
  package func dropping(_ names: Set<String>) -> Row {
    Row(name: name, settings: settings.filter { !names.contains($0.key) })
  }

  private init(name: RowName, settings: [String: SettingValue]) {
    self.name = name
    self.settings = settings
  }

  /// Reads `NAME[:option=value,...]`.
  ///
  /// - Throws: ``FrontEndError`` with the part that is wrong, what would be right, and the nearest to it.
  package init(parsing text: String) throws(FrontEndError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    name = try RowName(name: String(parts[0]))
    var settings: [String: SettingValue] = [:]
    if parts.count == 2 {
      for setting in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
        guard !setting.isEmpty else { throw .emptyOption(row: text) }
        let (option, value) = try Self.parse(setting: setting)
        guard option.rows.contains(name) else {
          throw .optionNotForRow(option: option.name, row: name, allowed: name.options.map(\.name))
        }
        guard settings.updateValue(value, forKey: option.name) == nil else {
          throw .duplicateOption(option: option.name, row: text)
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

  /// The common options with those of the row above them.
  ///
  /// - Throws: ``FrontEndError``, never for a row that was read.
  package func configuration(
    over common: FeatureConfiguration
  ) throws(FrontEndError) -> FeatureConfiguration {
    var configuration = common
    for option in FeatureOption.known {
      if let value = settings[option.name] { try option.set(value, in: &configuration) }
    }
    return configuration
  }
}

extension Row: CustomStringConvertible {
  /// The canonical form, options in the order of the table.
  package var description: String {
    let options = FeatureOption.known.compactMap { option -> String? in
      switch settings[option.name] {
      case nil: nil
      case .flag(let isOn): isOn ? option.name : "no-\(option.name)"
      case let value?: "\(option.name)=\(value.text)"
      }
    }
    return options.isEmpty ? name.rawValue : "\(name.rawValue):\(options.joined(separator: ","))"
  }
}
