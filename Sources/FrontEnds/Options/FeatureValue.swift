/// The value of a feature option, of one of the few types that command line, environment and JSON share.
package enum FeatureValue: Sendable, Hashable {
  case flag(Bool)
  case integer(Int)
  case real(Double)
  /// One of the names that the option lists.
  case name(String)
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
    case .name(let value): value
    case .context(let left, let right): left == right ? String(left) : "\(left):\(right)"
    }
  }

  /// The value as JSON: a boolean, a number, or a text, which a context always is.
  package var json: String {
    switch self {
    case .flag, .integer, .real: text
    // Names of options and digits need no escapes.
    case .name, .context: "\"\(text)\""
    }
  }
}

extension FeatureValue: Codable {
  /// Reads a boolean, a number or a text; what it stands for is for ``FeatureOption/check(_:)`` to say.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Bool.self) {
      self = .flag(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .real(value)
    } else {
      self = .name(try container.decode(String.self))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .flag(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .real(let value): try container.encode(value)
    case .name, .context: try container.encode(text)
    }
  }
}
