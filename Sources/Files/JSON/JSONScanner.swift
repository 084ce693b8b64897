import Foundations

/// A strict scanner of JSON (RFC 8259): UTF-8 only, bounded depth, errors with positions.
///
/// Never traps on any input. ``JSONParser`` makes values of it; callers with a fixed set of fields scan them
/// one by one.
package struct JSONScanner {
  /// The first fault of the text.
  package struct Fault: Error, Equatable {
    /// The offset from the start of the text, in bytes.
    package var position: Int
    package var expected: String
    package var found: String

    package init(position: Int, expected: String, found: String) {
      self.position = position
      self.expected = expected
      self.found = found
    }
  }

  /// The maximum depth.
  package static let depthLimit = 64

  private let bytes: UnsafeRawBufferPointer
  private let end: String
  package private(set) var position = 0

  /// - Parameters:
  ///   - bytes: must stay valid as long as the scanner is used.
  ///   - end: the description of the end of the bytes, for faults.
  package init(_ bytes: UnsafeRawBufferPointer, end: String = "the end") {
    self.bytes = bytes
    self.end = end
  }

  /// The fault that `expected` is missing here.
  package func fault(_ expected: String) -> Fault {
    let found = position < bytes.count ? Sanitized.token([bytes[position]]) : end
    return Fault(position: position, expected: expected, found: found)
  }

  // MARK: Punctuation and keywords

  private mutating func skipBlanks() {
    while position < bytes.count {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D else { return }
      position += 1
    }
  }

  /// The next byte that is not blank, without consuming it; nil at the end.
  package mutating func peek() -> UInt8? {
    skipBlanks()
    return position < bytes.count ? bytes[position] : nil
  }

  /// Consumes a punctuation mark if it is next.
  package mutating func take(_ mark: UInt8) -> Bool {
    guard peek() == mark else { return false }
    position += 1
    return true
  }

  package mutating func expect(_ mark: UInt8) throws(Fault) {
    guard take(mark) else { throw fault("'\(Unicode.Scalar(mark))'") }
  }

  package mutating func expectEnd() throws(Fault) {
    guard peek() == nil else { throw fault(end) }
  }

  package mutating func takeNull() -> Bool { take(word: "null") }

  private mutating func take(word: StaticString) -> Bool {
    skipBlanks()
    let count = word.utf8CodeUnitCount
    guard bytes.count - position >= count else { return false }
    let next = bytes[position..<position + count]
    guard next.elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: count)) else { return false }
    position += count
    return true
  }

  /// Consumes `true`, `false` or `null`; a fault is at the first byte that differs.
  package mutating func expect(word: StaticString) throws(Fault) {
    for index in 0..<word.utf8CodeUnitCount {
      guard position < bytes.count, bytes[position] == word.utf8Start[index] else { throw fault("\(word)") }
      position += 1
    }
  }

  // MARK: Numbers

  package mutating func integer() throws(Fault) -> Int {
    skipBlanks()
    let start = position
    let text = try number().text
    guard let value = Int(text) else {
      position = start
      throw fault("an integer")
    }
    return value
  }

  /// A number as a value: `integer` if it is an integer that fits 64 bits, else `number`.
  mutating func numberValue() throws(Fault) -> JSONValue {
    skipBlanks()
    if let value = plainNumber() { return .integer(value) }
    let start = position
    let first = start < bytes.count && bytes[start] == UInt8(ascii: "-") ? start + 1 : start
    if first + 1 < bytes.count, bytes[first] == 0x30, bytes[first + 1] &- 0x30 < 10 {
      position = first + 1
      throw fault("a number without leading zeros")
    }
    let (text, isWhole) = try number()
    if isWhole, let value = Int64(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else {
      position = start
      throw Fault(position: start, expected: "a number in range", found: Sanitized.token(text))
    }
    return .number(value)
  }

  private mutating func number() throws(Fault) -> (text: String, isWhole: Bool) {
    func digits(_ position: inout Int) -> Bool {
      let start = position
      while position < bytes.count, bytes[position] &- 0x30 < 10 { position += 1 }
      return position > start
    }
    let start = position
    var isWhole = true
    if position < bytes.count, bytes[position] == UInt8(ascii: "-") { position += 1 }
    let first = position
    guard digits(&position) else { throw fault("a number") }
    if bytes[first] == 0x30, position > first + 1 { throw fault("a number without leading zeros") }
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      isWhole = false
      position += 1
      guard digits(&position) else { throw fault("a digit") }
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      position += 1
      if position < bytes.count, bytes[position] == 0x2B || bytes[position] == 0x2D { position += 1 }
      guard digits(&position) else { throw fault("a digit") }
    }
    return (String(decoding: bytes[start..<position], as: UTF8.self), isWhole)
  }

  /// The fast path for an integer of at most 18 digits; nil, without consuming anything, for other numbers.
  private mutating func plainNumber() -> Int64? {
    var index = position
    let isNegative = index < bytes.count && bytes[index] == UInt8(ascii: "-")
    if isNegative { index += 1 }
    let first = index
    var value: Int64 = 0
    while index < bytes.count, index - first < 19, bytes[index] &- 0x30 < 10 {
      value = value &* 10 &+ Int64(bytes[index] &- 0x30)
      index += 1
    }
    let count = index - first
    guard count > 0, count < 19, bytes[first] != 0x30 || count == 1 else { return nil }
    if index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): return nil
      default: break
      }
    }
    position = index
    return isNegative ? -value : value
  }

  // MARK: Text

  package mutating func string() throws(Fault) -> String {
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
    let simple: UInt8? =
      switch bytes[position] {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes[position]
      case UInt8(ascii: "b"): 0x08
      case UInt8(ascii: "f"): 0x0C
      case UInt8(ascii: "n"): 0x0A
      case UInt8(ascii: "r"): 0x0D
      case UInt8(ascii: "t"): 0x09
      default: nil
      }
    if let simple {
      content.append(simple)
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

  // MARK: Values

  /// Skips any value; names in it may repeat.
  package mutating func skipValue(depth: Int = 0) throws(Fault) {
    guard depth < Self.depthLimit else { throw fault("at most \(Self.depthLimit) levels") }
    guard let first = peek() else { throw fault("a value") }
    switch first {
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
      guard take(word: "true") || take(word: "false") || takeNull() else { throw fault("a value") }
    default:
      _ = try number()
    }
  }
}
