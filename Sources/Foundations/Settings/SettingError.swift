/// A setting that does not exist or a value that a setting does not allow, as data; the text for people is made
/// at the command line.
package enum SettingError: Error, Equatable, Sendable {
  /// No setting of this name. `suggestion` is the nearest name, if one is near.
  case unknownSetting(name: String, known: [String], suggestion: String?)

  /// A value that cannot be read, or lies outside the allowed range. `suggestion` is the nearest of the allowed
  /// names.
  case invalidValue(setting: String, text: String, allowed: SettingKind, suggestion: String?)
}
