import Foundations

/// NIST's CTM: lines `recording channel start duration phone [confidence]` in seconds, of one or more
/// recordings.
///
/// Source: NIST SCTK, "ctm format".
struct CtmLabels: LabelFormat {
  let name = "ctm"
  let summary = "NIST's CTM: recording, channel, start and duration in seconds, phone"
  let extensions = ["CTM"]
  let unit = LabelUnit.seconds

  func labels(_ text: UnsafeRawBufferPointer, _ request: LabelRequest) -> LabelEntries {
    LabelEntries(reserving: text.count / 16) { entries throws(LabelFault) in
      var lines = TextLines(text)
      var others: Set<String> = []
      let wanted = Set(request.names.map { $0.lowercased() })
      var named: [LabelEntry] = []
      var all: [LabelEntry] = []
      var previous: Line?
      while let line = lines.next() {
        guard let line = try Self.parse(line, request) else { continue }
        let isNamed = wanted.contains(line.recording.lowercased())
        if !isNamed { others.insert(line.recording) }
        if let previous, previous.recording == line.recording, Self.meet(previous, line) {
          let end = line.entry.start
          if isNamed { named[named.count - 1].end = end }
          if others.count <= 1 { all[all.count - 1].end = end }
        }
        if isNamed { named.append(line.entry) }
        if others.count <= 1 { all.append(line.entry) }
        previous = line
      }
      guard named.isEmpty, others.count > 1 else {
        // A file of one recording is that of the audio it is beside.
        entries = named.isEmpty ? all : named
        return
      }
      throw LabelFault(
        code: .labelMissing, line: nil, expected: "the recording \(request.names.first ?? "")",
        found: "labels of \(others.count) \(Plural.noun("other", for: others.count))")
    }
  }

  func sections(_ text: UnsafeRawBufferPointer) -> [String: Range<Int>] {
    var sections: [String: Range<Int>] = [:]
    var lines = TextLines(text)
    while let line = lines.next() {
      guard let name = line.words(atMost: 2).first, !name.starts(with: ";;".utf8) else { continue }
      let key = String(decoding: name, as: UTF8.self).lowercased()
      let range = line.offset..<(line.offset + line.bytes.count)
      sections[key] = sections[key].map { min($0.lowerBound, range.lowerBound)..<range.upperBound } ?? range
    }
    return sections
  }

  private struct Line {
    let recording: String
    let start: LabelNumber
    let length: LabelNumber
    var entry: LabelEntry
  }

  /// Whether a phone begins where the one before it ends, but for the rounding of the three numbers: together
  /// 1.5 units of the last decimal.
  private static func meet(_ first: Line, _ second: Line) -> Bool {
    let numbers = [first.start, first.length, second.start]
    guard let decimals = numbers.map(\.decimals).max(), decimals > 0 else { return false }
    let units = numbers.map { number in
      (number.decimals..<decimals).reduce(Double(number.mantissa)) { units, _ in units * 10 }
    }
    return units[1] > 1.5 && abs(units[0] + units[1] - units[2]) <= 1.5
  }

  private static func parse(
    _ line: TextLines.Line, _ request: LabelRequest
  ) throws(LabelFault) -> Line? {
    let words = line.words(atMost: 6)
    guard let first = words.first, !first.starts(with: ";;".utf8) else { return nil }
    guard words.count >= 5, let start = try? LabelNumber(words[2]), let length = try? LabelNumber(words[3])
    else {
      throw LabelFault(
        code: .labelSyntax, line: line.number, expected: "recording, channel, start, duration, phone",
        found: Sanitized.token(line.bytes))
    }
    let begin = try request.time(start, unit: .seconds, line: line.number)
    guard let end = begin.adding(try request.time(length, unit: .seconds, line: line.number)) else {
      throw LabelFault(
        code: .labelRange, line: line.number, expected: "a time", found: "a number past 64 bits")
    }
    let entry = LabelEntry(
      line: line.number, start: begin, end: end, symbol: try LabelFault.symbol(words[4], line: line.number))
    return Line(
      recording: try LabelFault.symbol(first, line: line.number), start: start, length: length, entry: entry)
  }
}
