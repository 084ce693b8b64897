import Foundations

/// A table with a header row, tab- or comma-separated: Praat's *Down to Table*, and the Montreal Forced
/// Aligner's CSV.
struct TableLabels: LabelFormat {
  let name = "table"
  let summary = "a table with columns of start, end and label in seconds, as Praat and MFA write it"
  let extensions = ["TABLE", "TSV", "CSV"]
  let namedExtensions = ["TXT"]
  let unit = LabelUnit.seconds

  private static let starts = ["tmin", "xmin", "start", "begin", "starttime", "start_time"]
  private static let ends = ["tmax", "xmax", "end", "stop", "endtime", "end_time"]
  private static let labels = ["text", "label", "phone", "symbol"]
  private static let tiers = ["tier", "type"]
  private static let phoneTiers = ["phone", "phones", "phoneme", "phonemes", "segment", "segments"]

  func labels(_ text: UnsafeRawBufferPointer, _ request: LabelRequest) -> LabelEntries {
    LabelEntries(reserving: text.count / 24) { entries throws(LabelFault) in
      var lines = TextLines(text)
      guard let header = lines.next() else { return }
      let separator = header.bytes.contains(0x09) ? UInt8(0x09) : UInt8(ascii: ",")
      let names = try Self.cells(header, separator).map { $0.lowercased() }
      func column(_ candidates: [String]) -> Int? { names.firstIndex { candidates.contains($0) } }
      guard let start = column(Self.starts), let end = column(Self.ends), let label = column(Self.labels)
      else {
        throw LabelFault(
          code: .labelSyntax, line: 1, expected: "columns of start, end and label",
          found: Sanitized.token(names.joined(separator: " ")))
      }
      let tier = column(Self.tiers)
      while let line = lines.next() {
        if line.trimmed == nil { continue }
        let cells = try Self.cells(line, separator)
        guard cells.count > max(start, end, label, tier ?? 0),
          let first = try? LabelNumber(Array(cells[start].utf8)),
          let last = try? LabelNumber(Array(cells[end].utf8))
        else {
          throw LabelFault(
            code: .labelSyntax, line: line.number, expected: "a row with start, end and label",
            found: Sanitized.token(line.bytes))
        }
        if let tier {
          let name = cells[tier].lowercased()
          guard request.tier.map({ $0.lowercased() == name }) ?? Self.phoneTiers.contains(name) else {
            continue
          }
        }
        entries.append(
          LabelEntry(
            line: line.number, start: try request.time(first, unit: .seconds, line: line.number),
            end: try request.time(last, unit: .seconds, line: line.number), symbol: cells[label]))
      }
    }
  }

  /// The cells of a row; one in quotes may hold separators, and quotes doubled.
  private static func cells(_ line: TextLines.Line, _ separator: UInt8) throws(LabelFault) -> [String] {
    var cells: [String] = []
    var cell: [UInt8] = []
    var isQuoted = false
    var bytes = line.bytes[...]
    if bytes.last == 0x0D { bytes.removeLast() }
    var index = bytes.startIndex
    func text(_ bytes: [UInt8]) throws(LabelFault) -> String {
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw LabelFault(code: .encoding, line: line.number, expected: "UTF-8", found: Sanitized.token(bytes))
      }
      return text
    }
    while index < bytes.endIndex {
      let byte = bytes[index]
      index += 1
      if byte == UInt8(ascii: "\"") {
        if isQuoted, index < bytes.endIndex, bytes[index] == byte {
          cell.append(byte)
          index += 1
        } else {
          isQuoted.toggle()
        }
      } else if byte == separator, !isQuoted {
        cells.append(try text(cell))
        cell = []
      } else {
        cell.append(byte)
      }
    }
    cells.append(try text(cell))
    return cells
  }
}
