import Mustache

/// Escaping of text that comes from outside, for elements and quoted attributes.
///
/// Scalar by scalar: a quote with a combining mark is one character, and still ends an attribute. What XML
/// cannot hold becomes U+FFFD.
struct Markup: MustacheContentType {
  /// The name that templates call it by: each of them, since a partial starts with the library's own.
  static let name = "XHTML"

  func escapeText(_ text: String) -> String { Self.escaped(text) }

  static func escaped(_ text: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out.append(contentsOf: "&amp;".unicodeScalars)
      case "<": out.append(contentsOf: "&lt;".unicodeScalars)
      case ">": out.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": out.append(contentsOf: "&quot;".unicodeScalars)
      case "'": out.append(contentsOf: "&#39;".unicodeScalars)
      case "\t", "\n": out.append(scalar)
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": out.append("\u{FFFD}")
      // Overrides of the writing direction would reorder what stands beside them.
      case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": out.append("\u{FFFD}")
      default: out.append(scalar)
      }
    }
    return String(out)
  }
}

extension String {
  /// At most `limit` characters, head and tail kept: rows differ at their end as often as at their start.
  func shortened(to limit: Int) -> String {
    guard count > limit, limit > 2 else { return self }
    let head = (limit - 1) / 2
    return prefix(head) + "…" + suffix(limit - 1 - head)
  }
}
