/// The phones that labels are of, and the classes that they fold into.
///
/// The index of a phone or class, which is written in labels, is its position among the distinct symbols of
/// its column in ascending byte order. ``PhoneSet/init(table:name:path:)`` documents the table.
package struct PhoneSet: Equatable, Sendable {
  /// The index for "no class": a deleted phone, and frames without a phone.
  package static let noClass: Int32 = -1

  /// The name of the column of phones.
  package static let phoneColumn = "phone"

  /// The name, such as `timit`.
  package let name: String

  /// The phones in the order of their indices.
  package let phones: [String]

  /// The indices of silences, the one that frames past the last label have first.
  package let silences: [Int]

  /// Every column: that of the phones, then the foldings in the order of the table.
  package let columns: [Folding]

  /// The table, header first.
  package let lines: [String]

  private let indexOfPhone: [String: Int]

  /// Whether symbols of different classes differ in nothing but case.
  private let isCaseSensitive: Bool

  init(_ rows: PhoneSetRows, name: String) {
    func precedes(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }
    let sorted = rows.rows.indices.sorted { precedes(rows.rows[$0].phone, rows.rows[$1].phone) }
    var index = [Int](repeating: 0, count: sorted.count)
    for (position, row) in sorted.enumerated() { index[row] = position }
    self.name = name
    phones = sorted.map { rows.rows[$0].phone }
    silences = rows.rows.indices.filter { rows.rows[$0].isSilence }.map { index[$0] }
    lines = rows.lines
    indexOfPhone = Dictionary(uniqueKeysWithValues: phones.enumerated().map { ($1, $0) })
    let silence = silences.first
    columns = rows.columns.indices.map { column in
      let symbols = Set(rows.rows.map { $0.classes[column] }).subtracting([""]).sorted(by: precedes)
      let indexOfSymbol = Dictionary(uniqueKeysWithValues: symbols.enumerated().map { ($1, $0) })
      var classOfPhone = [Int32](repeating: Self.noClass, count: sorted.count)
      var shown: [(index: Int, manner: PhoneManner?)] = []
      var seen: Set<Int> = []
      for (position, row) in rows.rows.enumerated() {
        guard let found = indexOfSymbol[row.classes[column]] else { continue }
        classOfPhone[index[position]] = Int32(found)
        if seen.insert(found).inserted { shown.append((found, row.manner)) }
      }
      return Folding(
        name: rows.columns[column], symbols: symbols, classOfPhone: classOfPhone,
        silence: silence.map { classOfPhone[$0] } ?? Self.noClass, displayOrder: DisplayOrder(shown))
    }
    let classes = columns[columns.count - 1].classOfPhone
    let sameLetters = Dictionary(grouping: phones.indices) { [phones] in phones[$0].lowercased() }
    isCaseSensitive = sameLetters.values.contains { group in Set(group.map { classes[$0] }).count > 1 }
  }

  /// The phones as classes.
  package var identity: Folding { columns[0] }

  /// The foldings whose labels are written: all columns, the phones' left out if another has the same
  /// symbols.
  package var foldings: [Folding] {
    let others = Array(columns.dropFirst())
    return others.contains { $0.symbols == phones } ? others : columns
  }

  /// The classes that are trained and scored where none are named: those of the last column.
  package var lastFolding: Folding { columns[columns.count - 1] }

  /// The folding of a name; nil if there is none.
  package func folding(named name: String) -> Folding? { columns.first { $0.name == name } }

  /// The last folding into which the classes of all the given ones can be folded; nil if there is none.
  package func lastFolding(of trained: [Folding]) -> Folding? {
    columns.last { candidate in trained.allSatisfy { $0.map(to: candidate) != nil } }
  }

  /// The first silence; nil if there is none.
  package var silence: Int? { silences.first }

  /// The index of a symbol, canonically equivalent ones being the same; nil if there is none.
  package func phone(_ symbol: String) -> Int? { indexOfPhone[symbol] }

  /// The index of a symbol in another case of letters; nil if there is none, or case distinguishes phones.
  package func phone(ignoringCaseOf symbol: String) -> Int? {
    guard !isCaseSensitive else { return nil }
    let (lower, upper) = (symbol.lowercased(), symbol.uppercased())
    return phone(lower) ?? phone(upper) ?? silence(named: lower) ?? silence(named: upper)
  }

  /// The first silence, if `symbol` names the class of a folding that it belongs to, such as `sil`.
  package func silence(named symbol: String) -> Int? {
    guard let silence else { return nil }
    return columns.contains { column in
      let index = column.classOfPhone[silence]
      return index != Self.noClass && column.symbols[Int(index)] == symbol
    } ? silence : nil
  }
}
