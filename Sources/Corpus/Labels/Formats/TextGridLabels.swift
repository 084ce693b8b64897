import Foundations

/// Praat's TextGrid, long and short, with the interval tier of phones, as Praat and the Montreal Forced
/// Aligner write it.
///
/// Both forms are the same sequence of strings, numbers and flags, other words being decoration.
///
/// Source: Praat manual, "TextGrid file formats".
struct TextGridLabels: LabelFormat {
  let name = "textgrid"
  let summary = "Praat's TextGrid, long or short: the tier named phones, or the one that is named"
  let extensions = ["TEXTGRID"]
  let unit = LabelUnit.seconds
  let isOftenUTF16 = true

  /// Names of tiers that hold phones.
  private static let phoneTiers: Set<String> = [
    "phone", "phones", "phoneme", "phonemes", "phonetic", "phn", "segment", "segments",
  ]

  private struct Tier {
    var name: String
    var line: Int
    var entries: [LabelEntry]
  }

  func labels(_ text: UnsafeRawBufferPointer, _ request: LabelRequest) -> LabelEntries {
    var result = LabelEntries { entries throws(LabelFault) in
      let tiers = try self.tiers(text, request)
      entries = try Self.choose(tiers, request.tier).entries
    }
    // An aligner's unlabeled stretch is silence.
    result.blank = ""
    return result
  }

  private func tiers(_ text: UnsafeRawBufferPointer, _ request: LabelRequest) throws(LabelFault) -> [Tier] {
    var scanner = PraatScanner(text)
    guard try scanner.string().hasPrefix("ooTextFile"), try scanner.string() == "TextGrid" else {
      throw LabelFault(
        code: .labelSyntax, line: 1, expected: "a TextGrid in text form", found: "another file")
    }
    _ = try scanner.number()
    _ = try scanner.number()
    guard try scanner.flag() == "<exists>" else { return [] }
    var tiers: [Tier] = []
    for _ in 0..<(try scanner.count()) {
      let kind = try scanner.string()
      var tier = Tier(name: try scanner.string(), line: scanner.line, entries: [])
      _ = try scanner.number()
      _ = try scanner.number()
      for _ in 0..<(try scanner.count()) {
        let start = try scanner.number()
        let line = scanner.line
        if kind == "TextTier" {
          _ = try scanner.string()
          continue
        }
        let end = try scanner.number()
        tier.entries.append(
          LabelEntry(
            line: line, start: try request.time(start, unit: .seconds, line: line),
            end: try request.time(end, unit: .seconds, line: line),
            symbol: Self.perceived(try scanner.string())))
      }
      if kind == "IntervalTier" { tiers.append(tier) }
    }
    return tiers
  }

  private static func choose(_ tiers: [Tier], _ wanted: String?) throws(LabelFault) -> Tier {
    func fault(_ expected: String) -> LabelFault {
      let names = tiers.prefix(8).map { Sanitized.token($0.name) }.joined(separator: ", ")
      return LabelFault(
        code: .labelTier, line: nil, expected: expected, found: names.isEmpty ? "none" : names)
    }
    if let wanted {
      guard let tier = tiers.first(where: { $0.name.lowercased() == wanted.lowercased() }) else {
        throw fault("a tier \(Sanitized.token(wanted))")
      }
      return tier
    }
    // The aligner puts a speaker before the name: "A - phones".
    let named = tiers.filter { tier in
      let name = tier.name.lowercased()
      return phoneTiers.contains(name)
        || name.split(separator: " - ").last.map { phoneTiers.contains(String($0)) } ?? false
    }
    if named.count == 1 { return named[0] }
    guard named.isEmpty, tiers.count == 1 else { throw fault("one tier of phones") }
    return tiers[0]
  }

  /// The phone that was pronounced, of L2-ARCTIC's `meant,heard,error`; any other text as it is, without
  /// blanks at its ends.
  private static func perceived(_ text: String) -> String {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map {
      String($0.drop { $0 == " " }.reversed().drop { $0 == " " || $0 == "*" }.reversed())
    }
    if parts.count == 3, ["s", "d", "a"].contains(parts[2].lowercased()) { return parts[1] }
    let trimmed = text.utf8.drop { $0 == 0x20 }.reversed().drop { $0 == 0x20 }.reversed()
    return String(decoding: Array(trimmed), as: UTF8.self)
  }
}

/// The strings, numbers and flags of a text file of Praat's.
private struct PraatScanner {
  private enum Token {
    case string(String)
    case number(LabelNumber)
    case flag(String)
  }

  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  /// The line of the last token, counted from 1.
  private(set) var line = 1
  private var nextLine = 1

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  mutating func string() throws(LabelFault) -> String {
    guard case .string(let text) = try next("a text in quotes") else { throw fault("a text in quotes") }
    return text
  }

  mutating func number() throws(LabelFault) -> LabelNumber {
    guard case .number(let number) = try next("a number") else { throw fault("a number") }
    return number
  }

  mutating func flag() throws(LabelFault) -> String {
    guard case .flag(let text) = try next("a flag") else { throw fault("a flag") }
    return text
  }

  /// A count; each of what is counted takes bytes, so that no more are accepted than there are.
  mutating func count() throws(LabelFault) -> Int {
    let number = try number()
    guard number.decimals == 0, number.mantissa >= 0, number.mantissa <= bytes.count else {
      throw fault("a count that the file can hold")
    }
    return number.mantissa
  }

  private func fault(_ expected: String, found: String = "something else") -> LabelFault {
    LabelFault(code: .labelSyntax, line: line, expected: expected, found: found)
  }

  private mutating func advance() {
    if bytes[position] == 0x0A { nextLine += 1 }
    position += 1
  }

  private mutating func next(_ expected: String) throws(LabelFault) -> Token {
    while position < bytes.count {
      let byte = bytes[position]
      if byte <= 0x20 {
        advance()
        continue
      }
      line = nextLine
      if byte == UInt8(ascii: "\"") { return .string(try quoted()) }
      if byte == UInt8(ascii: "!") {
        while position < bytes.count, bytes[position] != 0x0A { position += 1 }
        continue
      }
      let start = position
      while position < bytes.count, bytes[position] > 0x20 { position += 1 }
      let word = UnsafeRawBufferPointer(rebasing: bytes[start..<position])
      if byte == UInt8(ascii: "<") { return .flag(String(decoding: word, as: UTF8.self)) }
      if byte &- 0x30 < 10 || byte == UInt8(ascii: "-") {
        guard let number = try? LabelNumber(word) else {
          throw fault("a number", found: Sanitized.token(word))
        }
        return .number(number)
      }
    }
    throw fault(expected, found: "the end")
  }

  private mutating func quoted() throws(LabelFault) -> String {
    position += 1
    var text: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      advance()
      if byte == UInt8(ascii: "\"") {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
          guard let string = String(validating: text, as: UTF8.self) else {
            throw LabelFault(
              code: .encoding, line: line, expected: "UTF-8 or UTF-16", found: Sanitized.token(text))
          }
          return string
        }
        position += 1
      }
      text.append(byte)
    }
    throw fault("the end of the text", found: "the end")
  }
}
