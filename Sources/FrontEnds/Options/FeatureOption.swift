package import Foundations

/// A feature option: a setting of a ``FeatureConfiguration``, and the rows that it has an effect on.
///
/// The rows' options, the command line, its help, the environment and the configuration's JSON are all made
/// from the one table ``all``.
package struct FeatureOption: Sendable {
  package let setting: Setting<FeatureConfiguration>

  /// The rows that the option has an effect on.
  package let rows: [RowName]

  init(_ setting: Setting<FeatureConfiguration>, rows: [RowName]) {
    self.setting = setting
    self.rows = rows
  }

  /// The name, as in `--mel-bins` and `mel:mel-bins=80`.
  package var name: String { setting.name }

  /// Other names that rows take, as in `mel:bins=80`.
  package var shortForms: [String] { setting.shortForms }

  package var kind: SettingKind { setting.kind }

  /// Nil for an option without a unit.
  package var unit: SettingUnit? { setting.unit }

  /// One line for the help, without default and unit.
  package var help: String { setting.help }

  /// The name in the environment, as `KALEIDO_MEL_BINS`.
  package var environmentName: String {
    "KALEIDO_" + name.uppercased().replacing("-", with: "_")
  }

  /// The value where none is set.
  package var defaultValue: SettingValue { value(in: FeatureConfiguration()) }

  package func value(in configuration: FeatureConfiguration) -> SettingValue {
    setting.value(in: configuration)
  }

  /// Sets the option.
  ///
  /// - Throws: ``FrontEndError/setting(_:)`` for a value of another kind or out of range.
  package func set(
    _ value: SettingValue, in configuration: inout FeatureConfiguration
  ) throws(FrontEndError) {
    do { try setting.set(value, in: &configuration) } catch { throw .setting(error) }
  }

  /// Reads a value.
  ///
  /// - Throws: ``FrontEndError/setting(_:)``.
  package func parse(_ text: String) throws(FrontEndError) -> SettingValue {
    do { return try setting.parse(text) } catch { throw .setting(error) }
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
