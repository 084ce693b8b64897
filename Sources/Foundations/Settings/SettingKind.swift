/// The values that a setting allows.
package indirect enum SettingKind: Sendable, Hashable {
  /// `true` or `false`; on the command line also the name alone, or with `no-` before it.
  case flag
  case integer(ClosedRange<Int>)
  /// One of these whole numbers.
  case integerChoice([Int])
  /// A finite number.
  case real(ClosedRange<Double>)
  /// One of these names.
  case choice([String])
  /// Frames before and after, each in the range: `4`, `5:2`, or, where a comma does not separate settings,
  /// `5,2`.
  case context(ClosedRange<Int>)
  /// A text of a form of its own, which the description names.
  case text(description: String)
  /// The keyword, or a value of the other kind.
  case keyword(String, or: SettingKind)
}

/// The unit of a number.
package enum SettingUnit: String, Sendable {
  case hertz = "Hz"
  case milliseconds = "ms"
  case minutes = "min"
  case frames
}

/// Where the value of a setting came from, the weakest first.
package enum SettingOrigin: String, Sendable, CaseIterable, Codable {
  case `default`
  case preset
  case file
  case environment
  case flag
  case row
  /// A trained model, whose options cannot be changed.
  case model
}
