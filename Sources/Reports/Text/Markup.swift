import Mustache

/// Escaping of outside text, for elements and quoted attributes.
///
/// It goes by Unicode scalars: a quote with a combining mark is one `Character` but still ends an attribute.
/// Scalars that XML cannot contain become U+FFFD.
struct Markup: MustacheContentType {
  /// The content type that every template declares, as each partial would otherwise start with the library's
  /// default.
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
      // Bidirectional overrides would reorder the text around them.
      case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": out.append("\u{FFFD}")
      default: out.append(scalar)
      }
    }
    return String(out)
  }
}

extension String {
  /// The string cut to `limit` characters in the middle, since names of contenders differ at either end.
  func shortened(to limit: Int) -> String {
    guard count > limit, limit > 2 else { return self }
    let head = (limit - 1) / 2
    return prefix(head) + "…" + suffix(limit - 1 - head)
  }
}
