/// A feature option: its name, what it allows, what it is for, and where its value lies in a configuration.
///
/// The rows' options, the command line, its help, the environment and the configuration's JSON are all made
/// from the one table ``all``.
package struct FeatureOption: Sendable {
  /// What an option allows.
  package enum Kind: Sendable, Hashable {
    /// `true` or `false`; on the command line and in rows also the name alone, or with `no-` before it.
    case flag
    case integer(ClosedRange<Int>)
    /// A finite number.
    case real(ClosedRange<Double>)
    /// One of these names.
    case choice([String])
    /// Frames before and after, each in the range: `4`, `5:2`, or, where a comma does not separate options,
    /// `5,2`.
    case context(ClosedRange<Int>)
  }

  /// What a number counts.
  package enum Unit: String, Sendable {
    case hertz = "Hz"
    case milliseconds = "ms"
    case frames
  }

  /// The name, as in `--mel-bins` and `mel:mel-bins=80`.
  package let name: String

  /// Other names that rows take, as in `mel:bins=80`.
  package let shortForms: [String]

  package let kind: Kind

  /// Nil for what has no unit.
  package let unit: Unit?

  /// One line for the help, without default and unit.
  package let help: String

  /// The rows that the option has an effect on.
  package let rows: [RowName]

  private let read: @Sendable (FeatureConfiguration) -> FeatureValue
  private let write: @Sendable (inout FeatureConfiguration, FeatureValue) -> Void

  /// `write` is given values of the kind alone.
  init(
    _ name: String, shortForms: [String] = [], kind: Kind, unit: Unit? = nil, rows: [RowName], help: String,
    read: @escaping @Sendable (FeatureConfiguration) -> FeatureValue,
    write: @escaping @Sendable (inout FeatureConfiguration, FeatureValue) -> Void
  ) {
    self.name = name
    self.shortForms = shortForms
    self.kind = kind
    self.unit = unit
    self.rows = rows
    self.help = help
    self.read = read
    self.write = write
  }

  /// The name in the environment, as `KALEIDO_MEL_BINS`.
  package var environmentName: String {
    "KALEIDO_" + name.uppercased().replacing("-", with: "_")
  }

  /// The value where nothing is said.
  package var defaultValue: FeatureValue { value(in: FeatureConfiguration()) }

  package func value(in configuration: FeatureConfiguration) -> FeatureValue { read(configuration) }

  /// Sets the option.
  ///
  /// - Throws: ``FrontEndError/invalidValue(option:text:allowed:suggestion:)`` for a value of another kind or
  ///   out of range.
  package func set(
    _ value: FeatureValue, in configuration: inout FeatureConfiguration
  ) throws(FrontEndError) {
    write(&configuration, try check(value))
  }

  /// Reads a value.
  ///
  /// - Throws: ``FrontEndError/invalidValue(option:text:allowed:suggestion:)``.
  package func parse(_ text: String) throws(FrontEndError) -> FeatureValue {
    let value: FeatureValue? =
      switch kind {
      case .flag:
        switch text {
        case "true": .flag(true)
        case "false": .flag(false)
        default: nil
        }
      case .integer: Int(text).map { .integer($0) }
      case .real: Double(text).map { .real($0) }
      case .choice: .name(text)
      case .context: Self.context(text)
      }
    guard let value = value.flatMap({ allowed($0) }) else { throw invalid(text) }
    return value
  }

  private static func context(_ text: String) -> FeatureValue? {
    if let both = Int(text) { return .context(left: both, right: both) }
    let sides = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == ":" || $0 == "," }
    guard sides.count == 2, let left = Int(sides[0]), let right = Int(sides[1]) else { return nil }
    return .context(left: left, right: right)
  }

  /// The value in the option's own type, if it is in range: JSON does not tell `25` from `25.0`, nor a
  /// context from a name.
  ///
  /// - Throws: ``FrontEndError/invalidValue(option:text:allowed:suggestion:)``.
  package func check(_ value: FeatureValue) throws(FrontEndError) -> FeatureValue {
    guard let value = allowed(value) else { throw invalid(value.text) }
    return value
  }

  /// The value in the option's own type, or nil.
  private func allowed(_ value: FeatureValue) -> FeatureValue? {
    switch (kind, value) {
    case (.flag, .flag): value
    case (.integer(let range), .integer(let number)) where range.contains(number): value
    case (.real(let range), .real(let number)) where range.contains(number):
      // No minus zero, which would be written in another way.
      number == 0 ? .real(0) : value
    case (.real(let range), .integer(let number)) where range.contains(Double(number)): .real(Double(number))
    case (.choice(let names), .name(let name)) where names.contains(name): value
    case (.context(let range), .context(let left, let right))
    where range.contains(left) && range.contains(right):
      value
    case (.context, .integer(let both)): allowed(.context(left: both, right: both))
    case (.context, .name(let text)): Self.context(text).flatMap { allowed($0) }
    default: nil
    }
  }

  private func invalid(_ text: String) -> FrontEndError {
    var suggestion: String?
    if case .choice(let names) = kind { suggestion = NearestName.of(text, among: names) }
    return .invalidValue(option: name, text: text, allowed: kind, suggestion: suggestion)
  }

  // MARK: Looking up

  /// The option of a name or a short form.
  ///
  /// - Throws: ``FrontEndError/unknownOption(name:known:suggestion:)``.
  package static func named(_ name: String) throws(FrontEndError) -> FeatureOption {
    guard let option = byName[name] else {
      let known = all.map(\.name)
      let candidates =
        known + all.flatMap(\.shortForms) + all.filter { $0.kind == .flag }.map { "no-\($0.name)" }
      // Short forms are understood when they are meant, but the full name is what is suggested.
      let nearest = NearestName.of(name, among: candidates).map { byName[$0]?.name ?? $0 }
      throw .unknownOption(name: name, known: known, suggestion: nearest)
    }
    return option
  }

  private static let byName: [String: FeatureOption] = {
    var options: [String: FeatureOption] = [:]
    for option in known {
      for name in [option.name] + option.shortForms { options[name] = option }
    }
    return options
  }()
}
