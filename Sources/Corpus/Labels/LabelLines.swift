import Foundations

/// The lines `start end symbol` of a `.PHN` or `.WRD` file.
///
/// Separated by spaces and tabs. Ignores CR before LF and blank lines.
struct LabelLines {
  struct Line {
    var number: Int
    var start: LabelTime
    var end: LabelTime
    var symbol: UnsafeRawBufferPointer
  }

  private var lines: TextLines
  private let request: LabelRequest

  init(_ bytes: UnsafeRawBufferPointer, _ request: LabelRequest = LabelRequest()) {
    lines = TextLines(bytes)
    self.request = request
  }

  /// The next line, or nil at the end.
  mutating func next() throws(LabelFault) -> Line? {
    while let line = lines.next() {
      guard var rest = line.trimmed else { continue }
      let start = try time(&rest, line.number)
      let end = try time(&rest, line.number)
      guard !rest.isEmpty else {
        throw LabelFault(
          code: .labelSyntax, line: line.number, expected: "a symbol", found: "the end of the line")
      }
      return Line(number: line.number, start: start, end: end, symbol: rest)
    }
    return nil
  }

  /// Parses a number and the blanks after it.
  private func time(_ rest: inout UnsafeRawBufferPointer, _ line: Int) throws(LabelFault) -> LabelTime {
    let token = UnsafeRawBufferPointer(
      rebasing: rest[..<(rest.firstIndex(where: TextLines.isBlank) ?? rest.endIndex)])
    let number: LabelNumber
    do throws(LabelNumber.Fault) { number = try LabelNumber(token) } catch {
      switch error {
      case .tooLarge:
        throw LabelFault(
          code: .labelRange, line: line, expected: "a \(request.unit.noun)", found: "a number past 64 bits")
      case .notANumber:
        throw LabelFault(
          code: .labelSyntax, line: line, expected: "first sample, end sample, symbol",
          found: Sanitized.token(token))
      }
    }
    guard !number.isFractional || request.unit != .samples else {
      throw LabelFault(
        code: .labelUnit, line: line, expected: "whole samples",
        found: "\(Sanitized.token(token)), as if in seconds")
    }
    guard token.count < rest.count else {
      throw LabelFault(
        code: .labelSyntax, line: line, expected: "first sample, end sample, symbol",
        found: Sanitized.token(token))
    }
    rest = UnsafeRawBufferPointer(rebasing: rest[token.count...].drop(while: TextLines.isBlank))
    return try request.time(number, line: line)
  }
}

extension LabelRequest {
  /// The time of a number in the unit of the request, or in that of a format.
  func time(_ number: LabelNumber, unit: LabelUnit? = nil, line: Int) throws(LabelFault) -> LabelTime {
    guard
      let time = LabelTime(
        number, unit: unit ?? self.unit, frameShift: frameShift, rate: sampleRateHertz)
    else {
      throw LabelFault(code: .labelRange, line: line, expected: "a time", found: "a number past 64 bits")
    }
    return time
  }
}

/// The lines of a text, with their numbers.
struct TextLines {
  struct Line {
    var number: Int
    /// The offset in the text, in bytes.
    var offset: Int
    var bytes: UnsafeRawBufferPointer

    /// The first words, the last of them up to the end of the line without blanks if there are more.
    func words(atMost count: Int) -> [UnsafeRawBufferPointer] {
      guard let trimmed else { return [] }
      return trimmed.split(maxSplits: count - 1, whereSeparator: TextLines.isBlank).map {
        UnsafeRawBufferPointer(rebasing: $0)
      }
    }

    /// The bytes without blanks at either end; nil if there are no others.
    var trimmed: UnsafeRawBufferPointer? {
      guard let first = bytes.firstIndex(where: { !TextLines.isBlank($0) }),
        let last = bytes.lastIndex(where: { !TextLines.isBlank($0) })
      else { return nil }
      return UnsafeRawBufferPointer(rebasing: bytes[first...last])
    }
  }

  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  private var number = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// The next line, without its end, or nil.
  mutating func next() -> Line? {
    guard position < bytes.count else { return nil }
    number += 1
    let start = position
    while position < bytes.count, bytes[position] != 0x0A { position += 1 }
    let line = UnsafeRawBufferPointer(rebasing: bytes[start..<position])
    position += 1
    return Line(number: number, offset: start, bytes: line)
  }

  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
}
