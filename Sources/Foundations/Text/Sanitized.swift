/// External text sanitized for a message: one line, printable, short.
package enum Sanitized {
  /// The maximum length of a token, in characters.
  static let longestToken = 40

  /// A short token: bytes that are not printable ASCII become `\xHH`, and a longer text ends with `...`.
  package static func token(_ bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for byte in bytes {
      if text.utf8.count >= longestToken { return text + "..." }
      append(byte, to: &text)
    }
    return text
  }

  /// A short token.
  package static func token(_ text: String) -> String { token(text.utf8) }

  /// A short text as it is written, in which control and format characters become `\xHH`.
  package static func symbol(_ text: String) -> String {
    let text = path(text)
    return text.count <= longestToken ? text : text.prefix(longestToken) + "..."
  }

  /// A whole path, in which control and format characters and line separators become `\xHH`.
  package static func path(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
        || scalar.properties.generalCategory == .lineSeparator
        || scalar.properties.generalCategory == .paragraphSeparator
      {
        for byte in String(scalar).utf8 { append(byte, to: &result, escaping: true) }
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A path whose bytes may not be UTF-8: bytes that are not printable ASCII become `\xHH`.
  package static func path(bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for byte in bytes { append(byte, to: &text) }
    return text
  }

  private static func append(_ byte: UInt8, to text: inout String, escaping: Bool = false) {
    if !escaping, byte >= 0x20, byte < 0x7F {
      text.unicodeScalars.append(Unicode.Scalar(byte))
    } else {
      let digits = String(byte, radix: 16, uppercase: true)
      text += digits.count == 1 ? "\\x0\(digits)" : "\\x\(digits)"
    }
  }
}
