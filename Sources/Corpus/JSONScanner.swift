import Foundations

/// A strict scanner of one JSON value in bytes (RFC 8259), with the column of the first fault.
struct JSONScanner {
  struct Fault: Error, Equatable {
    var position: Int
    var expected: String
    var found: String
  }

  private let bytes: UnsafeRawBufferPointer
  private(set) var position = 0

  /// The deepest nesting skipped.
  private static let deepest = 64

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  private mutating func skipBlanks() {
    while position < bytes.count {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D else { return }
      position += 1
    }
  }

  private func fault(_ expected: String) -> Fault {
    let found = position < bytes.count ? Sanitized.token([bytes[position]]) : "the end of the line"
    return Fault(position: position, expected: expected, found: found)
  }

  /// Takes a punctuation mark if it is next.
  mutating func take(_ mark: UInt8) -> Bool {
    skipBlanks()
    guard position < bytes.count, bytes[position] == mark else { return false }
    position += 1
    return true
  }

  mutating func expect(_ mark: UInt8) throws(Fault) {
    guard take(mark) else { throw fault("'\(Unicode.Scalar(mark))'") }
  }

  mutating func end() throws(Fault) {
    skipBlanks()
    guard position == bytes.count else { throw fault("the end of the line") }
  }

  mutating func takeNull() -> Bool { takeWord("null") }

  private mutating func takeWord(_ word: StaticString) -> Bool {
    skipBlanks()
    let count = word.utf8CodeUnitCount
    guard bytes.count - position >= count else { return false }
    let next = bytes[position..<position + count]
    guard next.elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: count)) else { return false }
    position += count
    return true
  }

  mutating func integer() throws(Fault) -> Int {
    skipBlanks()
    let start = position
    try number()
    guard let value = Int(String(decoding: bytes[start..<position], as: UTF8.self)) else {
      position = start
      throw fault("an integer")
    }
    return value
  }

  private mutating func number() throws(Fault) {
    func digits(_ position: inout Int) -> Bool {
      let start = position
      while position < bytes.count, bytes[position] &- 0x30 < 10 { position += 1 }
      return position > start
    }
    if position < bytes.count, bytes[position] == UInt8(ascii: "-") { position += 1 }
    let first = position
    guard digits(&position) else { throw fault("a number") }
    if bytes[first] == 0x30, position > first + 1 { throw fault("a number without leading zeros") }
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position += 1
      guard digits(&position) else { throw fault("a digit") }
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if position < bytes.count, bytes[position] == 0x2B || bytes[position] == 0x2D { position += 1 }
      guard digits(&position) else { throw fault("a digit") }
    }
  }

  mutating func string() throws(Fault) -> String {
    try expect(UInt8(ascii: "\""))
    let start = position
    while position < bytes.count, bytes[position] >= 0x20, bytes[position] != 0x22, bytes[position] != 0x5C {
      position += 1
    }
    if position < bytes.count, bytes[position] == 0x22 {
      defer { position += 1 }
      return try text(bytes[start..<position], at: start)
    }
    var content = [UInt8](bytes[start..<position])
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case 0x22:
        position += 1
        return try text(content, at: start)
      case 0x5C:
        try escape(into: &content)
      case 0..<0x20:
        throw fault("text without control characters")
      default:
        content.append(byte)
        position += 1
      }
    }
    throw fault("'\"'")
  }

  private func text(_ bytes: some Sequence<UInt8>, at start: Int) throws(Fault) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Fault(position: start, expected: "UTF-8", found: "other bytes")
    }
    return text
  }

  private mutating func escape(into content: inout [UInt8]) throws(Fault) {
    position += 1
    guard position < bytes.count else { throw fault("an escape") }
    let simple: [UInt8: UInt8] = [
      0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F, 0x62: 0x08, 0x66: 0x0C, 0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09,
    ]
    if let byte = simple[bytes[position]] {
      content.append(byte)
      position += 1
      return
    }
    guard bytes[position] == UInt8(ascii: "u") else { throw fault("an escape") }
    position += 1
    var units = [try unit()]
    if UTF16.isLeadSurrogate(units[0]) {
      guard position + 1 < bytes.count, bytes[position] == 0x5C, bytes[position + 1] == UInt8(ascii: "u")
      else {
        throw fault("the second half of a surrogate pair")
      }
      position += 2
      units.append(try unit())
    }
    guard let text = String(validating: units, as: UTF16.self) else { throw fault("a character") }
    content.append(contentsOf: text.utf8)
  }

  private mutating func unit() throws(Fault) -> UInt16 {
    guard position + 4 <= bytes.count else { throw fault("four hexadecimal digits") }
    let digits = bytes[position..<position + 4]
    let isHexadecimal = digits.allSatisfy { $0 &- 0x30 < 10 || ($0 | 0x20) &- 0x61 < 6 }
    guard isHexadecimal, let value = UInt16(String(decoding: digits, as: UTF8.self), radix: 16) else {
      throw fault("four hexadecimal digits")
    }
    position += 4
    return value
  }

  /// Takes any value.
  mutating func skipValue(depth: Int) throws(Fault) {
    guard depth < Self.deepest else { throw fault("at most \(Self.deepest) levels") }
    skipBlanks()
    guard position < bytes.count else { throw fault("a value") }
    switch bytes[position] {
    case UInt8(ascii: "{"):
      position += 1
      if take(UInt8(ascii: "}")) { return }
      repeat {
        _ = try string()
        try expect(UInt8(ascii: ":"))
        try skipValue(depth: depth + 1)
      } while take(UInt8(ascii: ","))
      try expect(UInt8(ascii: "}"))
    case UInt8(ascii: "["):
      position += 1
      if take(UInt8(ascii: "]")) { return }
      repeat { try skipValue(depth: depth + 1) } while take(UInt8(ascii: ","))
      try expect(UInt8(ascii: "]"))
    case UInt8(ascii: "\""):
      _ = try string()
    case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
      guard takeWord("true") || takeWord("false") || takeWord("null") else { throw fault("a value") }
    default:
      try number()
    }
  }
}
