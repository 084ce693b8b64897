/// A setting of `Root`: its name, the values it allows, its help, and where its value lies.
///
/// A module declares the table of its settings once, beside the options that they set. The command line with
/// its help, the environment, configuration files, limits and the JSON of results are all made from the table.
///
///     static let all: [Setting<TrainingOptions>] = [
///       .integer("epochs", \.epochs, 1...100_000, help: "Most passes through the training set."),
///       .choice("schedule", \.schedule, help: "Course of the learning rate."),
///     ]
package struct Setting<Root>: Sendable {
  package typealias Path<Value> = WritableKeyPath<Root, Value> & Sendable

  /// The name, as in `--mel-bins` and `mel:mel-bins=80`.
  package let name: String

  /// Other names that a front end's own options take, as in `mel:bins=80`.
  package var shortForms: [String] = []

  package let kind: SettingKind

  /// Nil for a setting without a unit.
  package var unit: SettingUnit?

  /// One line for the help, without default and unit.
  package let help: String

  /// The default where it depends on other settings, for the help.
  package var defaultNote: String?

  /// The value's name in the help, where kind and unit give no good one.
  package var placeholder: String?

  /// Whether it is a choice that may be made by trying several values on development data.
  package var isTunable = false

  private let read: @Sendable (Root) -> SettingValue
  private let write: @Sendable (inout Root, SettingValue) -> Void
  /// A text of the setting's own form in its canonical spelling; nil for another text.
  private let canonical: @Sendable (String) -> String?

  /// - Parameters:
  ///   - canonical: reads a text of the form that the kind names, for kinds with one.
  ///   - write: is given values of the kind alone.
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

  /// Reads a value.
  ///
  /// - Throws: ``SettingError/invalidValue(setting:text:allowed:suggestion:)``.
  package func parse(_ text: String) throws(SettingError) -> SettingValue {
    guard let value = parse(text, as: kind) else { throw invalid(text) }
    return value
  }

  /// The value in the setting's own type, if it is in range: JSON does not distinguish `25` from `25.0`, nor a
  /// context from a name.
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

  /// The value in the kind's own type, or nil.
  private func allowed(_ value: SettingValue, _ kind: SettingKind) -> SettingValue? {
    switch (kind, value) {
    case (.flag, .flag): value
    case (.integer(let range), .integer(let number)) where range.contains(number): value
    case (.integerChoice(let numbers), .integer(let number)) where numbers.contains(number): value
    case (.real(let range), .real(let number)) where range.contains(number):
      // No minus zero, which would be written in another way.
      number == 0 ? .real(0) : value
    case (.real(let range), .integer(let number)) where range.contains(Double(number)): .real(Double(number))
    case (.choice(let names), .string(let name)) where names.contains(name): value
    case (.context(let range), .context(let left, let right))
    where range.contains(left) && range.contains(right):
      value
    case (.context, .integer(let both)): allowed(.context(left: both, right: both), kind)
    case (.context, .string(let text)): Self.context(text).flatMap { allowed($0, kind) }
    case (.text, .string(let text)): canonical(text).map { .string($0) }
    // A number is a text, too: JSON has `10` where the command line has no types.
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
  /// The same setting with some of its attributes changed.
  package func with(_ change: (inout Setting) -> Void) -> Setting {
    var other = self
    change(&other)
    return other
  }

  /// The setting as one of a value that holds the root.
  package func within<Whole>(_ path: any WritableKeyPath<Whole, Root> & Sendable) -> Setting<Whole> {
    var setting = Setting<Whole>(
      name, kind: kind, unit: unit, help: help, canonical: canonical,
      read: { [read] in read($0[keyPath: path]) },
      write: { [write] whole, value in write(&whole[keyPath: path], value) })
    setting.shortForms = shortForms
    setting.defaultNote = defaultNote
    setting.placeholder = placeholder
    setting.isTunable = isTunable
    return setting
  }
}
