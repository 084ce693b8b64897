package import Foundations
package import Signal

/// Feature options that were set, each with its origin, before it is known for which front end.
///
/// A stronger origin wins whatever the order of the calls: request over flag over environment over file over
/// preset over default.
package struct FeatureSettings: Sendable {
  /// Another toolkit's options, which the others override.
  package var preset: FeaturePreset?

  private var settings: [String: (value: SettingValue, origin: SettingOrigin)] = [:]

  /// No settings.
  package init() {}

  /// Sets an option from text.
  ///
  /// - Throws: ``FrontEndError/setting(_:)``.
  package mutating func set(
    _ option: FeatureOption, to text: String, origin: SettingOrigin
  ) throws(FrontEndError) {
    try set(option, to: option.parse(text), origin: origin)
  }

  /// Sets an option from a value, as in JSON.
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

  /// The settings of options that a kind uses.
  package func only(usedBy kind: FrontEndKind) -> FeatureSettings {
    var other = self
    other.settings = settings.filter { name, _ in kind.options.contains { $0.name == name } }
    return other
  }

  /// The front end of a request: preset, then the settings common to all, then the request's own options.
  ///
  /// - Throws: ``FrontEndError``, never for settings that were accepted.
  package func resolve(
    _ request: FrontEndRequest
  ) throws(FrontEndError) -> (spec: FrontEndSpec, origins: [String: SettingOrigin]) {
    let defaults = FeatureConfiguration()
    var configuration = preset.map(request.kind.configuration) ?? defaults
    var origins: [String: SettingOrigin] = [:]
    for option in FeatureOption.all {
      let isPreset = option.value(in: configuration) != option.value(in: defaults)
      origins[option.name] = isPreset ? .preset : .default
      if let setting = settings[option.name] {
        if request.kind.uses(option) { try option.set(setting.value, in: &configuration) }
        origins[option.name] = setting.origin
      }
      if request.settings[option.name] != nil { origins[option.name] = .frontEnd }
    }
    return (try request.resolved(over: configuration), origins)
  }

  /// The framing of features that another tool made, other options at their defaults.
  ///
  /// - Throws: ``FrontEndError``, never for settings that were accepted.
  package func externalFraming() throws(FrontEndError) -> FeatureConfiguration {
    var configuration =
      preset.map { FeatureConfiguration(filterBank: $0.filterBank) } ?? FeatureConfiguration()
    for option in FeatureOption.all where ExternalFeatureSpec.uses(option) {
      if let setting = settings[option.name] { try option.set(setting.value, in: &configuration) }
    }
    return configuration
  }

  /// The options that were set, in the order of the table.
  package var options: [FeatureOption] { FeatureOption.all.filter { settings[$0.name] != nil } }

  private static func strength(_ origin: SettingOrigin) -> Int {
    SettingOrigin.allCases.firstIndex(of: origin) ?? 0
  }
}
