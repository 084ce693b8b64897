package import Foundations

/// A feature option: a setting of a ``FeatureConfiguration``, and the shared options that it belongs to.
///
/// The options of requests, the command line, its help, the environment and the configuration's JSON all come
/// from the one table ``all``.
package struct FeatureOption: Sendable {
  package let setting: Setting<FeatureConfiguration>

  /// The shared options that this one belongs to; nil for one that kinds name one by one.
  let group: SharedOptionGroup?

  init(_ setting: Setting<FeatureConfiguration>, group: SharedOptionGroup?) {
    self.setting = setting
    self.group = group
  }

  /// The name, as in `mel:mel-bins=80`.
  package var name: String { setting.name }

  /// Other names that requests take, as in `mel:bins=80`.
  package var shortForms: [String] { setting.shortForms }

  package var kind: SettingKind { setting.kind }

  /// Nil for an option without a unit.
  package var unit: SettingUnit? { setting.unit }

  /// One line for the help, without default and unit.
  package var help: String { setting.help }

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
}
