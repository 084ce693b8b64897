/// The value of a setting, of one of the few types that command line, environment and JSON share.
package enum SettingValue: Sendable, Hashable {
  case flag(Bool)
  case integer(Int)
  case real(Double)
  /// One of the names that the setting lists, or a text of a form of its own.
  case string(String)
  /// Frames before and after.
  case context(left: Int, right: Int)

  /// The value as the command line reads it: `true`, `80`, `0.97`, `povey`, `4` for four frames on both
  /// sides, `5:2`.
  ///
  /// Numbers are written with the fewest digits that read back as the same number, in no locale.
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
