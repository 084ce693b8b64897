import Foundations

/// A JSON value with ordered fields, so that its bytes are canonical.
package enum JSONValue: Equatable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  /// Written in the shortest form that reads back as the same number; NaN and infinities, which JSON lacks,
  /// are written as `null`.
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([JSONField])

  package subscript(name: String) -> JSONValue? {
    guard case .object(let fields) = self else { return nil }
    return fields.first { $0.name == name }?.value
  }

  package var stringValue: String? {
    if case .string(let value) = self { value } else { nil }
  }

  package var integerValue: Int64? {
    if case .integer(let value) = self { value } else { nil }
  }

  /// The number, with or without a fraction.
  package var numberValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  package var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  package var arrayValue: [JSONValue]? {
    if case .array(let value) = self { value } else { nil }
  }

  package var objectValue: [JSONField]? {
    if case .object(let value) = self { value } else { nil }
  }
}

/// A named value of a JSON object.
package struct JSONField: Equatable, Sendable {
  package let name: String
  package let value: JSONValue

  package init(_ name: String, _ value: JSONValue) {
    self.name = name
    self.value = value
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int64) { self = .integer(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(floatLiteral value: Double) { self = .number(value) }
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { JSONField($0.0, $0.1) })
  }
}

extension JSONValue {
  /// The value on one line without spaces, in UTF-8.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The value on one line without spaces, in UTF-8.
  package var bytes: [UInt8] {
    var out: [UInt8] = []
    append(to: &out)
    return out
  }

  /// Appends the value on one line without spaces, escaping only what must be escaped.
  package func append(to out: inout [UInt8]) {
    switch self {
    case .null: out.append(utf8: "null")
    case .bool(let value): out.append(utf8: value ? "true" : "false")
    case .integer(let value): out.append(utf8: String(value))
    case .number(let value): out.append(utf8: Self.shortest(value))
    case .string(let value): Self.append(quoted: value, to: &out)
    case .array(let values):
      out.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        value.append(to: &out)
      }
      out.append(UInt8(ascii: "]"))
    case .object(let fields):
      out.append(UInt8(ascii: "{"))
      for (index, field) in fields.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        Self.append(quoted: field.name, to: &out)
        out.append(UInt8(ascii: ":"))
        field.value.append(to: &out)
      }
      out.append(UInt8(ascii: "}"))
    }
  }

  /// Appends the value on several lines, indented by two spaces per level, with arrays on one line and
  /// without a newline at the end.
  package func appendIndented(to out: inout [UInt8], level: Int = 0) {
    func newLine(_ level: Int) {
      out.append(UInt8(ascii: "\n"))
      out.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * level))
    }
    switch self {
    case .object(let fields) where !fields.isEmpty:
      out.append(UInt8(ascii: "{"))
      for (index, field) in fields.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        newLine(level + 1)
        Self.append(quoted: field.name, to: &out)
        out.append(utf8: ": ")
        field.value.appendIndented(to: &out, level: level + 1)
      }
      newLine(level)
      out.append(UInt8(ascii: "}"))
    default: append(to: &out)
    }
  }

  /// The shortest decimal that reads back as the same Double: Swift's description, which ignores the locale.
  private static func shortest(_ value: Double) -> String {
    guard value.isFinite else { return "null" }
    return value.description
  }

  private static func append(quoted text: String, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    var text = text
    let isPlain = text.withUTF8 { bytes in
      let isPlain = !bytes.contains { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C || $0 == 0x7F }
      if isPlain { out.append(contentsOf: bytes) }
      return isPlain
    }
    guard !isPlain else { return out.append(UInt8(ascii: "\"")) }
    let digits = Array("0123456789abcdef".utf8)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): out.append(utf8: "\\\"")
      case UInt8(ascii: "\\"): out.append(utf8: "\\\\")
      case 0x08: out.append(utf8: "\\b")
      case 0x09: out.append(utf8: "\\t")
      case 0x0A: out.append(utf8: "\\n")
      case 0x0C: out.append(utf8: "\\f")
      case 0x0D: out.append(utf8: "\\r")
      case 0..<0x20, 0x7F:
        out.append(utf8: "\\u00")
        out.append(digits[Int(byte >> 4)])
        out.append(digits[Int(byte & 15)])
      default: out.append(byte)
      }
    }
    out.append(UInt8(ascii: "\""))
  }
}
