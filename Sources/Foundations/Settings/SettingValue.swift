/// The value of a setting, of a type common to command line, environment and JSON.
package enum SettingValue: Sendable, Hashable {
  case flag(Bool)
  case integer(Int)
  case real(Double)
  /// One of the allowed names, or a text.
  case string(String)
  /// Numbers of frames before and after.
  case context(left: Int, right: Int)

  /// The value in the syntax of the command line: `true`, `80`, `0.97`, `povey`, `4` (four frames on both
  /// sides), `5:2`.
  ///
  /// Numbers have the fewest digits that read back as the same number, independent of the locale.
  package var text: String {
    switch self {
    case .flag(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .real(let value): value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
    case .string(let value): value
    case .context(let left, let right): left == right ? String(left) : "\(left):\(right)"
    }
  }
}
