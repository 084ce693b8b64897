package import Foundations
package import Signal

/// What was said about feature options, in which place, before it is known for which row.
///
/// A stronger place wins whatever the order of the calls: row over flag over environment over file over
/// preset over default.
package struct FeatureSettings: Sendable {
  /// A set of values for each kind of row.
  package var preset: FeaturePreset?

  private var settings: [String: (value: SettingValue, origin: SettingOrigin)] = [:]

  /// Nothing said.
  package init() {}

  /// Sets an option from a text.
  ///
  /// - Throws: ``FrontEndError/setting(_:)``.
  package mutating func set(
    _ option: FeatureOption, to text: String, origin: SettingOrigin
  ) throws(FrontEndError) {
    try set(option, to: option.parse(text), origin: origin)
  }

  /// Sets an option from a value, as JSON has it.
  ///
  /// - Throws: ``FrontEndError/setting(_:)``.
  package mutating func set(
    _ option: FeatureOption, to value: SettingValue, origin: SettingOrigin
  ) throws(FrontEndError) {
    let checked: SettingValue
    do { checked = try option.setting.check(value) } catch { throw .setting(error) }
    guard Self.strength(origin) >= Self.strength(settings[option.name]?.origin ?? .default) else { return }
    settings[option.name] = (checked, origin)
  }

  /// Takes the options that are in the environment under ``FeatureOption/environmentName``; an empty one is
  /// not set.
  ///
  /// - Throws: ``FrontEndError/setting(_:)``.
  package mutating func take(environment: [String: String]) throws(FrontEndError) {
    for option in FeatureOption.all {
      if let text = environment[option.environmentName], !text.isEmpty {
        try set(option, to: text, origin: .environment)
      }
    }
  }

  /// Sets the preset of a name.
  ///
  /// - Throws: ``FrontEndError/unknownPreset(name:known:suggestion:)``.
  package mutating func setPreset(named name: String) throws(FrontEndError) {
    guard let preset = FeaturePreset(rawValue: name) else {
      let known = FeaturePreset.allCases.map(\.rawValue)
      throw .unknownPreset(name: name, known: known, suggestion: NearestName.of(name, among: known))
    }
    self.preset = preset
  }

  /// What holds for a row: preset, then what was said of all rows, then the row's own options.
  ///
  /// - Throws: ``FrontEndError``, never for settings that were taken.
  package func resolve(
    for row: Row
  ) throws(FrontEndError) -> (configuration: FeatureConfiguration, origins: [String: SettingOrigin]) {
    let defaults = FeatureConfiguration()
    var configuration = preset.map { FeatureConfiguration(preset: $0, row: row.name) } ?? defaults
    var origins: [String: SettingOrigin] = [:]
    for option in FeatureOption.all {
      if option.value(in: configuration) != option.value(in: defaults) {
        origins[option.name] = .preset
      } else {
        origins[option.name] = .default
      }
      if let setting = settings[option.name] {
        try option.set(setting.value, in: &configuration)
        origins[option.name] = setting.origin
      }
      if let value = row.settings[option.name] {
        try option.set(value, in: &configuration)
        origins[option.name] = .row
      }
    }
    return (configuration, origins)
  }

  /// The options that were said, in the order of the table, but have no effect on any of the rows.
  package func optionsWithoutEffect(on rows: [Row]) -> [FeatureOption] {
    FeatureOption.all.filter { option in
      settings[option.name] != nil && !rows.contains { option.rows.contains($0.name) }
    }
  }

  private static func strength(_ origin: SettingOrigin) -> Int {
    SettingOrigin.allCases.firstIndex(of: origin) ?? 0
  }
}
