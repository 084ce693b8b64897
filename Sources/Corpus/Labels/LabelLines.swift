import Foundations

/// The lines `start end symbol` of a `.PHN` or `.WRD` file.
///
/// Separated by spaces and tabs. Ignores CR before LF and blank lines, and records a UTF-8 byte order mark.
/// Allocates only for errors.
struct LabelLines {
  struct Line {
    var number: Int
    var start: Int
    var end: Int
    var symbol: UnsafeRawBufferPointer
  }

  /// The fault of a line.
  struct Fault: Error {
    var code: FindingCode
    var line: Int
    var expected: String
    var found: String
  }

  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  private var number = 0
  let hasByteOrderMark: Bool

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    hasByteOrderMark = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF
    if hasByteOrderMark { position = 3 }
  }

  /// The next line, or nil at the end.
  mutating func next() throws(Fault) -> Line? {
    while position < bytes.count {
      number += 1
      let start = position
      while position < bytes.count, bytes[position] != 0x0A { position += 1 }
      var end = position
      position += 1
      while end > start, Self.isBlank(bytes[end - 1]) { end -= 1 }
      var at = start
      while at < end, Self.isBlank(bytes[at]) { at += 1 }
      if at == end { continue }
      return try parse(at, end)
    }
    return nil
  }

  private func parse(_ begin: Int, _ end: Int) throws(Fault) -> Line {
    var at = begin
    let first = try integer(&at, end)
    let last = try integer(&at, end)
    guard at < end else {
      throw Fault(code: .labelSyntax, line: number, expected: "a symbol", found: "the end of the line")
    }
    return Line(
      number: number, start: first, end: last, symbol: UnsafeRawBufferPointer(rebasing: bytes[at..<end]))
  }

  /// Parses a number and the blanks after it.
  private func integer(_ at: inout Int, _ end: Int) throws(Fault) -> Int {
    let begin = at
    var value = 0
    let negative = bytes[at] == 0x2D
    if negative { at += 1 }
    let digits = at
    while at < end, bytes[at] &- 0x30 < 10 {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Int(bytes[at] &- 0x30))
      if overflow || carry {
        throw Fault(code: .labelRange, line: number, expected: "a sample", found: "a number past 64 bits")
      }
      value = sum
      at += 1
    }
    guard at > digits, at < end, Self.isBlank(bytes[at]) else {
      var stop = begin
      while stop < end, !Self.isBlank(bytes[stop]) { stop += 1 }
      throw Fault(
        code: .labelSyntax, line: number, expected: "first sample, end sample, symbol",
        found: Sanitized.token(bytes[begin..<stop]))
    }
    while at < end, Self.isBlank(bytes[at]) { at += 1 }
    return negative ? -value : value
  }

  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
}
