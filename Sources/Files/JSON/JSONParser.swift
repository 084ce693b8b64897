/// A strict reader of JSON (RFC 8259): UTF-8 only, no duplicate names, no trailing text, bounded depth.
///
/// Order of fields is kept; whole numbers that fit are `integer`, all others `number`. Throws
/// `FileError.malformed` with the byte at fault; never traps, whatever the bytes.
package struct JSONParser {
  private static let depthLimit = 64
  private let bytes: [UInt8]
  private let path: String
  private var position = 0

  /// Parses one value that takes all of `bytes`; `path` is for messages.
  package static func parse(_ bytes: [UInt8], path: String) throws(FileError) -> JSONValue {
    var parser = JSONParser(bytes: bytes, path: path)
    parser.skipSpace()
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    if parser.position < bytes.count { throw parser.failure("the end", "more text") }
    return value
  }

  private init(bytes: [UInt8], path: String) {
    self.bytes = bytes
    self.path = path
  }

  private func failure(_ expected: String, _ found: String? = nil) -> FileError {
    let here = position < bytes.count ? "byte \(bytes[position])" : "the end"
    return .malformed(path: path, offset: Int64(position), expected: expected, found: found ?? here)
  }

  private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func expect(_ text: StaticString) throws(FileError) {
    for index in 0..<text.utf8CodeUnitCount {
      guard peek() == text.utf8Start[index] else { throw failure("\(text)") }
      position += 1
    }
  }

  private mutating func value(depth: Int) throws(FileError) -> JSONValue {
    guard depth < Self.depthLimit else { throw failure("at most \(Self.depthLimit) levels", "more") }
    switch peek() {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"):
      try expect("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try expect("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try expect("null")
      return .null
    default: return try number()
    }
  }

  private mutating func object(depth: Int) throws(FileError) -> JSONValue {
    try expect("{")
    var fields: [JSONField] = []
    // Looked through one by one while they are few, which is nearly always.
    var names: Set<String> = []
    skipSpace()
    if peek() == UInt8(ascii: "}") {
      position += 1
      return .object([])
    }
    while true {
      skipSpace()
      let start = position
      let name = try string()
      let isNew: Bool
      if fields.count < 32 {
        isNew = !fields.contains { $0.name == name }
      } else {
        if names.isEmpty { names = Set(fields.map(\.name)) }
        isNew = names.insert(name).inserted
      }
      guard isNew else {
        position = start
        throw failure("each name once", name)
      }
      skipSpace()
      try expect(":")
      skipSpace()
      fields.append(JSONField(name, try value(depth: depth + 1)))
      skipSpace()
      if peek() == UInt8(ascii: ",") {
        position += 1
        continue
      }
      try expect("}")
      return .object(fields)
    }
  }

  private mutating func array(depth: Int) throws(FileError) -> JSONValue {
    try expect("[")
    var values: [JSONValue] = []
    skipSpace()
    if peek() == UInt8(ascii: "]") {
      position += 1
      return .array([])
    }
    while true {
      skipSpace()
      values.append(try value(depth: depth + 1))
      skipSpace()
      if peek() == UInt8(ascii: ",") {
        position += 1
        continue
      }
      try expect("]")
      return .array(values)
    }
  }

  private mutating func number() throws(FileError) -> JSONValue {
    if let value = plainNumber() { return .integer(value) }
    let start = position
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { $0 >= 0x30 && $0 <= 0x39 } ?? false }
    if peek() == UInt8(ascii: "-") { position += 1 }
    guard isDigit(peek()) else { throw failure("a value") }
    if peek() == 0x30 {
      position += 1
    } else {
      while isDigit(peek()) { position += 1 }
    }
    var isWhole = true
    if peek() == UInt8(ascii: ".") {
      isWhole = false
      position += 1
      guard isDigit(peek()) else { throw failure("a digit") }
      while isDigit(peek()) { position += 1 }
    }
    if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
      isWhole = false
      position += 1
      if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { position += 1 }
      guard isDigit(peek()) else { throw failure("a digit") }
      while isDigit(peek()) { position += 1 }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isWhole, let value = Int64(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else {
      position = start
      throw failure("a number in range", text)
    }
    return .number(value)
  }

  /// A whole number of at most 18 digits, which is what nearly all are; nil, and nothing taken, for any other.
  private mutating func plainNumber() -> Int64? {
    var place = position
    let isNegative = place < bytes.count && bytes[place] == UInt8(ascii: "-")
    if isNegative { place += 1 }
    let first = place
    var value: Int64 = 0
    while place < bytes.count, place - first < 19, bytes[place] >= 0x30, bytes[place] <= 0x39 {
      value = value &* 10 &+ Int64(bytes[place] &- 0x30)
      place += 1
    }
    let count = place - first
    guard count > 0, count < 19, bytes[first] != 0x30 || count == 1 else { return nil }
    if place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): return nil
      default: break
      }
    }
    position = place
    return isNegative ? -value : value
  }

  private mutating func string() throws(FileError) -> String {
    guard peek() == UInt8(ascii: "\"") else { throw failure("a string") }
    let start = position
    var end = start + 1
    while end < bytes.count, bytes[end] >= 0x20, bytes[end] != UInt8(ascii: "\\"),
      bytes[end] != UInt8(ascii: "\"")
    {
      end += 1
    }
    if end < bytes.count, bytes[end] == UInt8(ascii: "\"") {
      // No escape in it: the bytes as they stand.
      guard let value = String(validating: bytes[(start + 1)..<end], as: UTF8.self) else {
        throw failure("UTF-8", "other bytes")
      }
      position = end + 1
      return value
    }
    position += 1
    var text: [UInt8] = []
    while true {
      guard let byte = peek() else { throw failure("a closing quote") }
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        guard let value = String(validating: text, as: UTF8.self) else {
          position = start
          throw failure("UTF-8", "other bytes")
        }
        return value
      case UInt8(ascii: "\\"):
        position += 1
        try escape(into: &text)
      case 0..<0x20: throw failure("an escaped control character")
      default:
        text.append(byte)
        position += 1
      }
    }
  }

  private mutating func escape(into text: inout [UInt8]) throws(FileError) {
    guard let byte = peek() else { throw failure("an escape") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var code = UInt32(try fourHexDigits())
      if code >= 0xD800 && code < 0xDC00 {
        try expect("\\u")
        let low = UInt32(try fourHexDigits())
        guard low >= 0xDC00 && low < 0xE000 else { throw failure("a low surrogate") }
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw failure("a Unicode scalar", "a lone surrogate") }
      text.append(contentsOf: String(Character(scalar)).utf8)
    default:
      position -= 1
      throw failure("a known escape")
    }
  }

  private mutating func fourHexDigits() throws(FileError) -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw failure("four hex digits")
      }
      value = value << 4 | UInt16(digit)
      position += 1
    }
    return value
  }
}
