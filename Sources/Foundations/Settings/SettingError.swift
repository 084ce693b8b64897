/// An unknown setting or an invalid value, as data; messages are made at the command line.
package enum SettingError: Error, Equatable, Sendable {
  /// No setting has this name. `suggestion` is the most similar name, if any is similar.
  case unknownSetting(name: String, known: [String], suggestion: String?)

  /// A value that cannot be parsed or is out of range. `suggestion` is the most similar allowed name.
  case invalidValue(setting: String, text: String, allowed: SettingKind, suggestion: String?)
}
