package import Foundations

extension JSONValue {
  /// The value of a setting; a context is a text, as on the command line.
  package init(_ value: SettingValue) {
    self =
      switch value {
      case .flag(let flag): .bool(flag)
      case .integer(let number): .integer(Int64(number))
      case .real(let number): .number(number)
      case .string, .context: .string(value.text)
      }
  }

  /// The value as one of a setting; nil for what no setting has: null, arrays, objects and infinities.
  package var settingValue: SettingValue? {
    switch self {
    case .bool(let flag): .flag(flag)
    case .integer(let number): Int(exactly: number).map { .integer($0) }
    case .number(let number): number.isFinite ? .real(number) : nil
    case .string(let text): .string(text)
    case .null, .array, .object: nil
    }
  }
}

extension JSONField {
  /// The fields of all settings of a table, by name.
  package static func fields<Root>(_ table: [Setting<Root>], of root: Root) -> [JSONField] {
    table.map { JSONField($0.name, JSONValue($0.value(in: root))) }
  }
}
