/// The allowed values of a setting.
package indirect enum SettingKind: Sendable, Hashable {
  /// `true` or `false`; on the command line also the bare name, or the name with the prefix `no-`.
  case flag
  case integer(ClosedRange<Int>)
  /// One of these integers.
  case integerChoice([Int])
  /// A finite number.
  case real(ClosedRange<Double>)
  /// One of these names.
  case choice([String])
  /// Numbers of frames before and after, each in the range: `4`, `5:2`, or, where a comma does not separate
  /// settings, `5,2`.
  case context(ClosedRange<Int>)
  /// A text of the described format.
  case text(description: String)
  /// A keyword, or a value of another kind.
  case keyword(String, or: SettingKind)
}

/// The unit of a number.
package enum SettingUnit: String, Sendable {
  case hertz = "Hz"
  case milliseconds = "ms"
  case seconds = "s"
  case minutes = "min"
  case frames
}

/// The origin of a setting's value, in order of increasing precedence.
package enum SettingOrigin: String, Sendable, CaseIterable, Codable {
  case `default`
  case preset
  case file
  case environment
  case flag
  /// The request of a front end, as in `mel:deltas=2`.
  case frontEnd = "front-end"
  /// A trained model, whose options are fixed.
  case model
}
