/// TIMIT's `.PHN`: lines `first-sample end-sample phone`, the end exclusive.
struct PhnLabels: LabelFormat {
  let name = "phn"
  let summary = "TIMIT's lines: first sample, end sample, phone"
  let extensions = ["PHN"]
  let unit = LabelUnit.samples
  let fixesUnit = false

  func labels(_ text: UnsafeRawBufferPointer, _ request: LabelRequest) -> LabelEntries {
    LabelEntries(reserving: text.count / 8) { entries throws(LabelFault) in
      var lines = LabelLines(text, request)
      while let line = try lines.next() {
        entries.append(
          LabelEntry(
            line: line.number, start: line.start, end: line.end,
            symbol: try LabelFault.symbol(line.symbol, line: line.number)))
      }
    }
  }
}
