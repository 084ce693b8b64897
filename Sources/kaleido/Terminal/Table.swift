/// Columns of text: the first to the left, numbers to the right.
enum Table {
  static func lines(_ header: [String], _ rows: [[String]]) -> [String] {
    let widths = header.indices.map { column in
      ([header] + rows).map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    func line(_ cells: [String]) -> String {
      zip(cells, widths).enumerated().map { column, pair in
        let blanks = String(repeating: " ", count: max(0, pair.1 - pair.0.count))
        return column == 0 ? pair.0 + blanks : blanks + pair.0
      }
      .joined(separator: "  ")
    }
    return [line(header)] + rows.map(line)
  }
}
