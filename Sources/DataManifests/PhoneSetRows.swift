/// The rows of a table of phones, checked.
struct PhoneSetRows {
  struct Row {
    var phone: String
    /// The class in each column, the phone itself in the first; empty if it is deleted.
    var classes: [String]
    var isSilence = false
    var manner: PhoneManner?
  }

  /// The names of the columns of phones and classes.
  var columns: [String]
  var rows: [Row] = []

  /// The names of columns that hold no classes.
  static let silenceColumn = "silence"
  static let mannerColumn = "manner"

  /// The most rows: a classifier's statistics grow with the square of its classes.
  static let maximumPhones = 1024
  static let maximumColumns = 16
  static let maximumSymbolBytes = 64
  static let maximumNameBytes = 32

  init(columns: [String]) { self.columns = columns }

  /// The table as text, header first; comments and blank lines are left out.
  var lines: [String] {
    let hasManner = rows.contains { $0.manner != nil }
    let header = columns + [Self.silenceColumn] + (hasManner ? [Self.mannerColumn] : [])
    let cells = rows.map { row in
      row.classes + [row.isSilence ? "yes" : ""] + (hasManner ? [row.manner?.rawValue ?? ""] : [])
    }
    return ([header] + cells).map { $0.joined(separator: "\t") }
  }

  /// Whether a text may be a symbol: 1 to 64 bytes of UTF-8 without blanks and control characters.
  static func isSymbol(_ text: String) -> Bool {
    guard !text.isEmpty, text.utf8.count <= maximumSymbolBytes else { return false }
    return text.unicodeScalars.allSatisfy { scalar in
      if scalar.properties.isWhitespace { return false }
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .unassigned: return false
      default: return true
      }
    }
  }
}

/// A reader of the text of a table of phones.
private struct PhoneSetReader {
  let path: String
  private var names: [String] = []
  private var seen: Set<String> = []

  init(path: String) { self.path = path }

  private func malformed(_ line: Int, _ expected: String, _ found: String) -> DataManifestError {
    .malformed(path: path, field: "line \(line)", expected: expected, found: found)
  }

  mutating func read(_ table: [UInt8]) throws(DataManifestError) -> PhoneSetRows {
    guard let text = String(validating: table, as: UTF8.self) else {
      throw .malformed(path: path, field: "", expected: "UTF-8", found: "other bytes")
    }
    var rows: PhoneSetRows?
    var number = 0
    var content = text.unicodeScalars[...]
    if content.first == "\u{FEFF}" { content.removeFirst() }
    for line in content.split(separator: "\n", omittingEmptySubsequences: false) {
      number += 1
      let line = line.last == "\r" ? line.dropLast() : line
      if line.isEmpty { continue }
      // A symbol may be #: comments end where the table begins.
      if rows == nil, line.first == "#" { continue }
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map { String($0) }
      if rows == nil {
        rows = try header(cells, number)
      } else {
        rows?.rows.append(try row(cells, number))
        guard rows?.rows.count ?? 0 <= PhoneSetRows.maximumPhones else {
          throw malformed(number, "at most \(PhoneSetRows.maximumPhones) phones", "more")
        }
      }
    }
    guard let rows, !rows.rows.isEmpty else {
      throw .malformed(path: path, field: "", expected: "a header and a row a phone", found: "none")
    }
    for (index, name) in rows.columns.enumerated() where rows.rows.allSatisfy({ $0.classes[index].isEmpty }) {
      throw .malformed(path: path, field: name, expected: "a class", found: "none")
    }
    return rows
  }

  private mutating func header(_ cells: [String], _ line: Int) throws(DataManifestError) -> PhoneSetRows {
    guard cells.first == PhoneSet.phoneColumn else {
      throw malformed(
        line, "a header whose first column is \(PhoneSet.phoneColumn)", shown(cells.first ?? ""))
    }
    guard cells.count <= PhoneSetRows.maximumColumns else {
      throw malformed(line, "at most \(PhoneSetRows.maximumColumns) columns", "\(cells.count)")
    }
    for name in cells {
      guard Self.isName(name), cells.count(where: { $0 == name }) == 1 else {
        throw malformed(
          line,
          "columns of different names of 1 to \(PhoneSetRows.maximumNameBytes) letters, digits, - and _",
          shown(name))
      }
    }
    names = cells
    return PhoneSetRows(
      columns: cells.filter { $0 != PhoneSetRows.silenceColumn && $0 != PhoneSetRows.mannerColumn })
  }

  private static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, name.utf8.count <= PhoneSetRows.maximumNameBytes else { return false }
    func isPlain(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 }
    return isPlain(first)
      && name.utf8.allSatisfy { isPlain($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
  }

  private mutating func row(_ cells: [String], _ line: Int) throws(DataManifestError) -> PhoneSetRows.Row {
    guard cells.count == names.count else {
      throw malformed(line, "\(names.count) columns", "\(cells.count)")
    }
    var row = PhoneSetRows.Row(phone: cells[0], classes: [])
    for (name, cell) in zip(names, cells) {
      switch name {
      case PhoneSetRows.silenceColumn:
        guard ["", "yes"].contains(cell) else {
          throw malformed(line, "yes or nothing in the column \(name)", shown(cell))
        }
        row.isSilence = cell == "yes"
      case PhoneSetRows.mannerColumn:
        row.manner = PhoneManner(rawValue: cell)
        guard cell.isEmpty || row.manner != nil else {
          throw malformed(
            line, "one of " + PhoneManner.allCases.map(\.rawValue).joined(separator: ", "), shown(cell))
        }
      default:
        guard PhoneSetRows.isSymbol(cell) || cell.isEmpty && name != PhoneSet.phoneColumn else {
          throw malformed(
            line, "a symbol of 1 to \(PhoneSetRows.maximumSymbolBytes) bytes without blanks", shown(cell))
        }
        row.classes.append(cell)
      }
    }
    guard seen.insert(row.phone).inserted else { throw malformed(line, "each phone once", shown(row.phone)) }
    return row
  }

  /// A cell in a message: its first characters, without those that would do something to a terminal.
  private func shown(_ cell: String) -> String {
    if cell.isEmpty { return "nothing" }
    let scalars = cell.unicodeScalars.prefix(32).map { PhoneSetRows.isSymbol(String($0)) ? $0 : "?" }
    return String(String.UnicodeScalarView(scalars))
  }
}

extension PhoneSet {
  /// Reads a table: UTF-8, a row a phone, cells separated by tabs.
  ///
  /// The header names the columns: `phone`, then any number of foldings, whose cells hold the class of the
  /// row's phone or nothing, which deletes it. A column `silence` has `yes` for silences, of which the first
  /// fills what no label covers; a column `manner` has the manner of articulation, by which drawings are
  /// sorted. The order of the rows is otherwise that of drawings. Lines before the header that start with `#`
  /// are comments.
  ///
  /// - Throws: `malformed` with the line and what is wrong with it.
  package init(table: [UInt8], name: String, path: String) throws(DataManifestError) {
    var reader = PhoneSetReader(path: path)
    self.init(try reader.read(table), name: name)
  }

  /// The set of symbols that were found, without foldings, in byte order; nil if there are too many for
  /// phones, or none.
  ///
  /// Usual names of silence are silences. Texts that cannot be symbols are left out.
  package init?(found symbols: some Sequence<String>, name: String = "auto") {
    let silences = ["sil", "SIL", "<sil>", "silence", "h#", "#", "pau", "sp", "SP", "_"]
    var rows = PhoneSetRows(columns: [Self.phoneColumn])
    let usable = Set(symbols.filter(PhoneSetRows.isSymbol))
    guard !usable.isEmpty, usable.count <= PhoneSetRows.maximumPhones else { return nil }
    let first = silences.filter(usable.contains)
    let rest = usable.subtracting(first).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    rows.rows = first.map { PhoneSetRows.Row(phone: $0, classes: [$0], isSilence: true) }
    rows.rows += rest.map { PhoneSetRows.Row(phone: $0, classes: [$0]) }
    self.init(rows, name: name)
  }
}
