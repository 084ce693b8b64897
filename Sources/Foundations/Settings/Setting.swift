/// A setting of `Root`: its name, allowed values, help, and the key path of its value.
///
/// A module declares one table of its settings, next to the options that they set. The command line with its
/// help, the environment, configuration files, limits and the JSON of results are all made from the table.
///
///     static let all: [Setting<TrainingOptions>] = [
///       .integer("epochs", \.epochs, 1...100_000, help: "Maximum number of passes through the data."),
///       .choice("schedule", \.schedule, help: "Learning rate schedule."),
///     ]
package struct Setting<Root>: Sendable {
  package typealias Path<Value> = WritableKeyPath<Root, Value> & Sendable

  /// The name, as in `mel:mel-bins=80`.
  package let name: String

  /// Alternative names in front-end specifications, as in `mel:bins=80`.
  package var shortForms: [String] = []

  package let kind: SettingKind

  /// Nil for a setting without a unit.
  package var unit: SettingUnit?

  /// One line of help, without default and unit.
  package let help: String

  /// For the help, a description of the default if it depends on other settings.
  package var defaultNote: String?

  /// The name of the value in the help, if not derived from kind and unit.
  package var placeholder: String?

  /// Whether the value may be tuned on development data.
  package var isTunable = false

  /// The condition under which the setting has an effect; nil for one that always has.
  package var requirement: SettingRequirement?

  private let read: @Sendable (Root) -> SettingValue
  private let write: @Sendable (inout Root, SettingValue) -> Void
  /// The canonical spelling of a text, or nil for a text of another format.
  private let canonical: @Sendable (String) -> String?

  /// - Parameters:
  ///   - name: as on the command line, without dashes.
  ///   - kind: the values that it takes.
  ///   - unit: of a number.
  ///   - help: one sentence or two.
  ///   - canonical: the canonical spelling of a text, for kinds with a text format.
  ///   - read: the value in a root.
  ///   - write: called only with values of `kind`.
  package init(
    _ name: String, kind: SettingKind, unit: SettingUnit? = nil, help: String,
    canonical: @escaping @Sendable (String) -> String? = { $0 },
    read: @escaping @Sendable (Root) -> SettingValue,
    write: @escaping @Sendable (inout Root, SettingValue) -> Void
  ) {
    self.name = name
    self.kind = kind
    self.unit = unit
    self.help = help
    self.canonical = canonical
    self.read = read
    self.write = write
  }

  package func value(in root: Root) -> SettingValue { read(root) }

  /// Sets a value.
  ///
  /// - Throws: ``SettingError/invalidValue(setting:text:allowed:suggestion:)`` for a value of another kind or
  ///   out of range.
  package func set(_ value: SettingValue, in root: inout Root) throws(SettingError) {
    write(&root, try check(value))
  }

  /// Parses a value.
  ///
  /// - Throws: ``SettingError/invalidValue(setting:text:allowed:suggestion:)``.
  package func parse(_ text: String) throws(SettingError) -> SettingValue {
    guard let value = parse(text, as: kind) else { throw invalid(text) }
    return value
  }

  /// The value converted to the kind of the setting, if it is in range: JSON distinguishes neither `25` from
  /// `25.0` nor a context from a name.
  ///
  /// - Throws: ``SettingError/invalidValue(setting:text:allowed:suggestion:)``.
  package func check(_ value: SettingValue) throws(SettingError) -> SettingValue {
    guard let value = allowed(value, kind) else { throw invalid(value.text) }
    return value
  }

  private func parse(_ text: String, as kind: SettingKind) -> SettingValue? {
    switch kind {
    case .flag:
      switch text {
      case "true": .flag(true)
      case "false": .flag(false)
      default: nil
      }
    case .integer, .integerChoice: Int(text).flatMap { allowed(.integer($0), kind) }
    case .real: Double(text).flatMap { allowed(.real($0), kind) }
    case .choice, .text: allowed(.string(text), kind)
    case .context: Self.context(text).flatMap { allowed($0, kind) }
    case .keyword(let keyword, let other): text == keyword ? .string(keyword) : parse(text, as: other)
    }
  }

  private static func context(_ text: String) -> SettingValue? {
    if let both = Int(text) { return .context(left: both, right: both) }
    let sides = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == ":" || $0 == "," }
    guard sides.count == 2, let left = Int(sides[0]), let right = Int(sides[1]) else { return nil }
    return .context(left: left, right: right)
  }

  /// The value converted to a kind, or nil.
  private func allowed(_ value: SettingValue, _ kind: SettingKind) -> SettingValue? {
    switch (kind, value) {
    case (.flag, .flag): value
    case (.integer(let range), .integer(let number)) where range.contains(number): value
    case (.integerChoice(let numbers), .integer(let number)) where numbers.contains(number): value
    case (.real(let range), .real(let number)) where range.contains(number):
      // Not −0, which would be written differently.
      number == 0 ? .real(0) : value
    case (.real(let range), .integer(let number)) where range.contains(Double(number)): .real(Double(number))
    case (.choice(let names), .string(let name)) where names.contains(name): value
    case (.context(let range), .context(let left, let right))
    where range.contains(left) && range.contains(right):
      value
    case (.context, .integer(let both)): allowed(.context(left: both, right: both), kind)
    case (.context, .string(let text)): Self.context(text).flatMap { allowed($0, kind) }
    case (.text, .string(let text)): canonical(text).map { .string($0) }
    // A number is a valid text, too: JSON has `10` where the command line has no types.
    case (.text, .integer), (.text, .real): canonical(value.text).map { .string($0) }
    case (.keyword(let keyword, _), .string(let name)) where name == keyword: value
    case (.keyword(_, let other), _): allowed(value, other)
    default: nil
    }
  }

  private func invalid(_ text: String) -> SettingError {
    .invalidValue(
      setting: name, text: text, allowed: kind, suggestion: NearestName.of(text, among: kind.names))
  }
}

extension SettingKind {
  /// The names among the allowed values.
  package var names: [String] {
    switch self {
    case .choice(let names): names
    case .keyword(let keyword, let other): [keyword] + other.names
    case .flag, .integer, .integerChoice, .real, .context, .text: []
    }
  }
}

extension Setting {
  /// The setting with some attributes changed.
  package func with(_ change: (inout Setting) -> Void) -> Setting {
    var other = self
    change(&other)
    return other
  }

  /// The setting, to be tuned on development data.
  package var tunable: Setting { with { $0.isTunable = true } }

  /// The setting with another name of its value in the help.
  package func valued(_ placeholder: String) -> Setting { with { $0.placeholder = placeholder } }

  /// The setting as a setting of a value that contains the root.
  package func within<Whole>(_ path: any WritableKeyPath<Whole, Root> & Sendable) -> Setting<Whole> {
    var setting = Setting<Whole>(
      name, kind: kind, unit: unit, help: help, canonical: canonical,
      read: { [read] in read($0[keyPath: path]) },
      write: { [write] whole, value in write(&whole[keyPath: path], value) })
    setting.shortForms = shortForms
    setting.defaultNote = defaultNote
    setting.placeholder = placeholder
    setting.isTunable = isTunable
    setting.requirement = requirement
    return setting
  }
}
