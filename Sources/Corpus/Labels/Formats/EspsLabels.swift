import Foundations

/// Labels of ESPS's xlabel, which CMU Arctic has as `.lab`.
///
/// After a header that a line `#` ends come lines `end color phone`; a phone starts where the one before
/// ends.
struct EspsLabels: LabelFormat {
  let name = "esps"
  let summary = "ESPS's xlabel files, as CMU Arctic has them: end in seconds, color, phone"
  let extensions = ["LAB", "XLABEL"]
  let unit = LabelUnit.seconds

  /// Whether a line `#` is among the first lines.
  static func hasHeader(_ text: UnsafeRawBufferPointer) -> Bool {
    var lines = TextLines(text)
    while let line = lines.next(), line.number <= 32 {
      if let trimmed = line.trimmed, trimmed.elementsEqual("#".utf8) { return true }
    }
    return false
  }

  func recognizes(_ text: UnsafeRawBufferPointer) -> Bool { Self.hasHeader(text) }

  func labels(_ text: UnsafeRawBufferPointer, _ request: LabelRequest) -> LabelEntries {
    LabelEntries(reserving: text.count / 16) { entries throws(LabelFault) in
      try Self.entries(text, request, into: &entries)
    }
  }

  /// The labels after the header; a `;` ends a symbol.
  static func entries(
    _ text: UnsafeRawBufferPointer, _ request: LabelRequest, into entries: inout [LabelEntry]
  ) throws(LabelFault) {
    var lines = TextLines(text)
    var isHeader = hasHeader(text)
    var start = LabelTime(numerator: 0, denominator: 1)
    while let line = lines.next() {
      guard let trimmed = line.trimmed else { continue }
      if isHeader {
        isHeader = !trimmed.elementsEqual("#".utf8)
        continue
      }
      let words = line.words(atMost: 3)
      guard words.count >= 2, let number = try? LabelNumber(words[0]) else {
        throw LabelFault(
          code: .labelSyntax, line: line.number, expected: "end, color, phone",
          found: Sanitized.token(line.bytes))
      }
      let end = try request.time(number, unit: .seconds, line: line.number)
      let symbol =
        words.count > 2
        ? words[2].prefix { $0 != UInt8(ascii: ";") && !TextLines.isBlank($0) } : words[1][..<0]
      entries.append(
        LabelEntry(
          line: line.number, start: start, end: end,
          symbol: try LabelFault.symbol(UnsafeRawBufferPointer(rebasing: symbol), line: line.number)))
      start = end
    }
  }
}
