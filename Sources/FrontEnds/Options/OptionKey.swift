import Foundations

/// The typed name of an option that few kinds of front end use.
///
/// A configuration holds the value by name, so an option is declared where it is used and nowhere else:
///
///     static let rank = OptionKey.integer("rank", 1...1024, default: 20, help: "Rank of the matrix.")
///     let rank = configuration[LowRank.rank]
package struct OptionKey<Value: Sendable>: Sendable {
  /// The option as command line, environment and JSON read it.
  package let option: FeatureOption
  let defaultValue: Value
  let encode: @Sendable (Value) -> SettingValue
  let decode: @Sendable (SettingValue) -> Value?

  /// - Parameter decode: a value of the option's kind; nil for any other.
  init(
    _ name: String, kind: SettingKind, unit: SettingUnit? = nil, default defaultValue: Value,
    help: String, encode: @escaping @Sendable (Value) -> SettingValue,
    decode: @escaping @Sendable (SettingValue) -> Value?
  ) {
    self.defaultValue = defaultValue
    self.encode = encode
    self.decode = decode
    let defaultText = encode(defaultValue)
    let setting = Setting<FeatureConfiguration>(name, kind: kind, unit: unit, help: help) {
      $0.namedValues[name] ?? defaultText
    } write: { configuration, value in
      // A configuration at its defaults equals one that was never set.
      configuration.namedValues[name] = value == defaultText ? nil : value
    }
    option = FeatureOption(setting, group: nil)
  }
}

extension FeatureConfiguration {
  /// The value of an option that few kinds use.
  package subscript<Value>(key: OptionKey<Value>) -> Value {
    get { key.decode(key.option.value(in: self)) ?? key.defaultValue }
    set {
      // The setter is for values that the program chooses; a text from outside goes through
      // `FeatureOption.parse`.
      do throws(FrontEndError) {
        try key.option.set(key.encode(newValue), in: &self)
      } catch {
        preconditionFailure("\(key.option.name): \(newValue) is out of range")
      }
    }
  }
}

extension OptionKey<Bool> {
  static func flag(_ name: String, default defaultValue: Bool = false, help: String) -> OptionKey {
    OptionKey(name, kind: .flag, default: defaultValue, help: help) {
      .flag($0)
    } decode: {
      if case .flag(let value) = $0 { value } else { nil }
    }
  }
}

extension OptionKey<Int> {
  static func integer(
    _ name: String, _ range: ClosedRange<Int>, unit: SettingUnit? = nil, default defaultValue: Int,
    help: String
  ) -> OptionKey {
    OptionKey(name, kind: .integer(range), unit: unit, default: defaultValue, help: help) {
      .integer($0)
    } decode: {
      if case .integer(let value) = $0 { value } else { nil }
    }
  }
}

extension OptionKey<Double> {
  static func real(
    _ name: String, _ range: ClosedRange<Double>, unit: SettingUnit? = nil,
    default defaultValue: Double, help: String
  ) -> OptionKey {
    OptionKey(name, kind: .real(range), unit: unit, default: defaultValue, help: help) {
      .real($0)
    } decode: {
      if case .real(let value) = $0 { value } else { nil }
    }
  }

  /// A factor on the classifier's learning rate.
  static func rate(_ name: String, default defaultValue: Double, help: String) -> OptionKey {
    .real(name, 0...1000, default: defaultValue, help: help)
  }
}

extension OptionKey where Value: CaseIterable & RawRepresentable<String> & SendableMetatype {
  static func choice(_ name: String, default defaultValue: Value, help: String) -> OptionKey {
    OptionKey(
      name, kind: .choice(Value.allCases.map(\.rawValue)), default: defaultValue, help: help
    ) {
      .string($0.rawValue)
    } decode: {
      if case .string(let name) = $0 { Value(rawValue: name) } else { nil }
    }
  }
}
