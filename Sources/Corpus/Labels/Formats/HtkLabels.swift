import Foundations

/// HTK's label files and master label files: lines `start end phone [score]` in units of 100 ns.
///
/// Source: "The HTK Book", chapter 6, label files.
struct HtkLabels: LabelFormat {
  let name = "htk"
  let summary = "HTK's .lab and MLF: start, end, phone in units of 100 ns"
  let extensions = ["LAB", "MLF", "REC"]
  let unit = LabelUnit.hundredNanoseconds
  let fixesUnit = false

  private static let mark = "#!MLF!#"

  /// Not of the ESPS kind, which ends its header with `#`.
  func recognizes(_ text: UnsafeRawBufferPointer) -> Bool { !EspsLabels.hasHeader(text) }

  func labels(_ text: UnsafeRawBufferPointer, _ request: LabelRequest) -> LabelEntries {
    LabelEntries(reserving: text.count / 16) { entries throws(LabelFault) in
      var lines = TextLines(text)
      let wanted = Set(request.names.map { $0.lowercased() })
      var isMaster = false
      var isWanted = true
      var found = false
      while let line = lines.next() {
        guard let trimmed = line.trimmed else { continue }
        if line.number == 1, trimmed.elementsEqual(Self.mark.utf8) {
          (isMaster, isWanted) = (true, false)
          continue
        }
        if trimmed.first == UInt8(ascii: "\"") {
          let name = Self.name(trimmed)
          isWanted = wanted.isEmpty || wanted.contains(name) || name == "*"
          found = found || isWanted
          continue
        }
        if trimmed.elementsEqual(".".utf8) {
          if isWanted, isMaster || found { return }
          isWanted = !isMaster
          continue
        }
        if isWanted { try entries.append(Self.entry(line, request)) }
      }
      if isMaster, !found {
        throw LabelFault(
          code: .labelMissing, line: nil, expected: "the utterance \(request.names.first ?? "")",
          found: "others")
      }
    }
  }

  func sections(_ text: UnsafeRawBufferPointer) -> [String: Range<Int>] {
    var sections: [String: Range<Int>] = [:]
    var lines = TextLines(text)
    var current: (name: String, start: Int)?
    while let line = lines.next() {
      guard let trimmed = line.trimmed else { continue }
      if trimmed.first == UInt8(ascii: "\"") {
        current = (Self.name(trimmed), line.offset)
      } else if trimmed.elementsEqual(".".utf8), let (name, start) = current {
        sections[name] = start..<(line.offset + line.bytes.count)
        current = nil
      }
    }
    if let (name, start) = current { sections[name] = start..<text.count }
    return sections
  }

  /// The name of the utterance in a line such as `"*/s1_a.lab"`, in lower case.
  private static func name(_ line: UnsafeRawBufferPointer) -> String {
    let path = line.dropFirst().prefix { $0 != UInt8(ascii: "\"") }
    let file = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).last ?? path
    let stem = file.lastIndex(of: UInt8(ascii: ".")).map { file[..<$0] } ?? file
    return String(decoding: stem, as: UTF8.self).lowercased()
  }

  private static func entry(_ line: TextLines.Line, _ request: LabelRequest) throws(LabelFault) -> LabelEntry
  {
    let words = line.words(atMost: 4)
    guard words.count >= 3, let start = try? LabelNumber(words[0]), let end = try? LabelNumber(words[1])
    else {
      throw LabelFault(
        code: .labelSyntax, line: line.number, expected: "start, end, phone",
        found: Sanitized.token(line.bytes))
    }
    return LabelEntry(
      line: line.number, start: try request.time(start, line: line.number),
      end: try request.time(end, line: line.number),
      symbol: try LabelFault.symbol(words[2], line: line.number))
  }
}
