import Foundations

/// A label track of Audacity: lines `start end phone` in seconds, separated by tabs.
///
/// Its files end in `.txt`, as sentences do, so that the user names the format.
struct AudacityLabels: LabelFormat {
  let name = "audacity"
  let summary = "a label track of Audacity: start, end in seconds, phone, separated by tabs"
  let extensions = ["AUDACITY"]
  let namedExtensions = ["TXT"]
  let unit = LabelUnit.seconds

  func labels(_ text: UnsafeRawBufferPointer, _ request: LabelRequest) -> LabelEntries {
    LabelEntries(reserving: text.count / 16) { entries throws(LabelFault) in
      var lines = TextLines(text)
      while let line = lines.next() {
        // A line of frequencies follows a label that has them.
        guard let trimmed = line.trimmed, trimmed.first != UInt8(ascii: "\\") else { continue }
        let words = line.words(atMost: 3)
        guard words.count >= 2, let start = try? LabelNumber(words[0]), let end = try? LabelNumber(words[1])
        else {
          throw LabelFault(
            code: .labelSyntax, line: line.number, expected: "start, end, phone",
            found: Sanitized.token(line.bytes))
        }
        entries.append(
          LabelEntry(
            line: line.number, start: try request.time(start, unit: .seconds, line: line.number),
            end: try request.time(end, unit: .seconds, line: line.number),
            symbol: words.count > 2 ? try LabelFault.symbol(words[2], line: line.number) : ""))
      }
    }
  }
}
