/// The lines and fields of transcript files.
///
/// Fields are separated by spaces and tabs, lines by line feeds with an optional carriage return,
/// independently of the locale.
struct TranscriptText {
  let format: TranscriptFormat

  /// A line that is neither blank nor a `;;` comment; lines count from 1.
  struct Line {
    var number: Int
    var fields: [Substring]
  }

  func lines(of text: String) throws(ScoringError) -> [Line] {
    var lines: [Line] = []
    var number = 0
    for bytes in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      let content = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
      if content.contains(where: { ($0 < 0x20 && $0 != UInt8(ascii: "\t")) || $0 == 0x7F }) {
        throw .malformedLine(format: format, line: number, problem: .controlCharacter)
      }
      let fields = content.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.map(Substring.init)
      guard let first = fields.first, !first.utf8.starts(with: ";;".utf8) else { continue }
      lines.append(Line(number: number, fields: fields))
    }
    return lines
  }

  static func text(of bytes: [UInt8], format: TranscriptFormat) throws(ScoringError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8(format: format) }
    return text
  }

  /// A decimal number up to 10⁹, without sign, exponent, `inf` or `nan`.
  static func number(_ field: Substring) -> Double? {
    guard let first = field.utf8.first, isDigit(first) || first == UInt8(ascii: "."),
      field.utf8.contains(where: isDigit), field.utf8.count <= 32,
      field.utf8.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: ".") })
    else { return nil }
    return Double(field).flatMap { $0 <= 1e9 ? $0 : nil }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  /// The text of a number with `decimals` decimals, rounding halves to even; nil unless it is from 0 to 10⁹.
  static func fixed(_ value: Double, decimals: Int) -> String? {
    guard value.isFinite, value >= 0, value <= 1e9 else { return nil }
    var scale = 1
    for _ in 0..<decimals { scale *= 10 }
    let scaled = Int((value * Double(scale)).rounded(.toNearestOrEven))
    guard decimals > 0 else { return String(scaled) }
    let fraction = String(scaled % scale)
    return "\(scaled / scale)." + String(repeating: "0", count: decimals - fraction.utf8.count) + fraction
  }

  /// Whether a text can be one field: not empty, without white space and control characters.
  static func isField(_ text: String) -> Bool {
    !text.isEmpty && !text.utf8.contains { $0 <= 0x20 || $0 == 0x7F }
  }

  /// Whether sclite takes a word literally: no alternation, null word or comment.
  static func isPlainWord(_ text: some StringProtocol) -> Bool {
    let isMarkup = text.first == "<" && text.last == ">"
    return !isMarkup && text != "@" && !text.contains { $0 == "{" || $0 == "}" }
      && !text.utf8.starts(with: ";;".utf8)
  }
}
