/// TIMIT's 61 phones and their folding into 48 and 39 classes, from `phones/timit.tsv`.
///
/// The index of a class, which is written in labels, is its position among the distinct symbols of its column
/// in ascending byte order.
///
/// Source: Lee and Hon, "Speaker-independent phone recognition using hidden Markov models" (1989), as in
/// Kaldi's `egs/timit/s5/conf/phones.60-48-39.map`.
package struct PhoneSet: Equatable, Sendable {
  /// The index for "no class": `q` among 48 and 39 classes, and frames without a phone.
  package static let noClass: Int32 = -1

  private let classes: [Folding: [String]]

  /// The class of each of the 61 phones in a folding, or `noClass`.
  private let folded: [Folding: [Int32]]

  /// The 61 symbols, left-aligned in 8 bytes, so that integer order is byte order.
  private let packed: [UInt64]

  /// The index of `h#` among the 61, the phone of frames past the last label.
  package let silence: Int

  /// Parses the tab-separated table `phone61`, `phone48`, `phone39` with comment lines that start with `#`.
  ///
  /// - Throws: `malformed` unless there are exactly 61, 48 and 39 classes, each phone once, symbols of 1 to 8
  ///   ASCII bytes, and `h#` among them.
  package init(table: [UInt8], path: String) throws(DataManifestError) {
    func malformed(_ line: Int, _ expected: String, _ found: String) -> DataManifestError {
      .malformed(path: path, field: "line \(line)", expected: expected, found: found)
    }
    var rows: [(phone: String, phone48: String, phone39: String)] = []
    var number = 0
    for line in table.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      var cells = line
      if cells.last == UInt8(ascii: "\r") { cells.removeLast() }
      if cells.isEmpty || cells.first == UInt8(ascii: "#") { continue }
      let columns = cells.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
      guard columns.count == 3 else { throw malformed(number, "3 columns", "\(columns.count)") }
      for (index, column) in columns.enumerated() {
        let printable = column.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        guard printable, column.count <= 8, index > 0 || !column.isEmpty else {
          throw malformed(number, "a symbol of 1 to 8 ASCII characters", "column \(index + 1)")
        }
      }
      rows.append(
        (
          String(decoding: columns[0], as: UTF8.self), String(decoding: columns[1], as: UTF8.self),
          String(decoding: columns[2], as: UTF8.self)
        ))
    }
    rows.sort { Self.pack($0.phone.utf8) < Self.pack($1.phone.utf8) }
    let columns: [Folding: [String]] = [
      .phones61: rows.map(\.phone), .phones48: rows.map(\.phone48), .phones39: rows.map(\.phone39),
    ]
    var classes: [Folding: [String]] = [:]
    var folded: [Folding: [Int32]] = [:]
    for folding in Folding.allCases {
      let column = columns[folding] ?? []
      let distinct = Set(column).subtracting([""]).sorted { Self.pack($0.utf8) < Self.pack($1.utf8) }
      guard distinct.count == folding.rawValue else {
        throw .malformed(
          path: path, field: "phone\(folding.rawValue)", expected: "\(folding.rawValue) classes",
          found: "\(distinct.count)")
      }
      var index: [String: Int32] = ["": Self.noClass]
      for (offset, symbol) in distinct.enumerated() { index[symbol] = Int32(offset) }
      classes[folding] = distinct
      folded[folding] = column.map { index[$0] ?? Self.noClass }
    }
    guard rows.count == Folding.phones61.rawValue else {
      throw .malformed(path: path, field: "phone61", expected: "each phone once", found: "\(rows.count) rows")
    }
    guard let silence = classes[.phones61]?.firstIndex(of: "h#") else {
      throw .malformed(path: path, field: "phone61", expected: "h#", found: "none")
    }
    self.classes = classes
    self.folded = folded
    self.silence = silence
    self.packed = rows.map { Self.pack($0.phone.utf8) }
  }

  /// The number of phones.
  package var phoneCount: Int { packed.count }

  /// The first silence, if `symbol` names the class of a folding that it belongs to, such as `sil`.
  package func silence(named symbol: String) -> Int? {
    Folding.allCases.contains { folding in
      let index = classOfPhone(folding)[silence]
      return index != Self.noClass && symbols(folding)[Int(index)] == symbol
    } ? silence : nil
  }

  /// The symbols of a folding, in the order of their indices.
  package func symbols(_ folding: Folding) -> [String] { classes[folding] ?? [] }

  /// `[61]`: the class of each phone in a folding, `noClass` for a deleted phone.
  package func classOfPhone(_ folding: Folding) -> [Int32] { folded[folding] ?? [] }

  /// The index among the 61 of a symbol given as bytes; nil if there is none.
  ///
  /// Compares bytes: case counts.
  package func phone(_ symbol: UnsafeRawBufferPointer) -> Int? {
    guard !symbol.isEmpty, symbol.count <= 8 else { return nil }
    return find(symbol)
  }

  /// The index among the 61 of a symbol; nil if there is none.
  ///
  /// Compares bytes: case counts.
  package func phone(_ symbol: String) -> Int? {
    guard !symbol.isEmpty, symbol.utf8.count <= 8 else { return nil }
    return find(symbol.utf8)
  }

  private func find(_ symbol: some Collection<UInt8>) -> Int? {
    // A packed symbol is padded with zeros, which are no bytes of a phone.
    guard !symbol.contains(0) else { return nil }
    let key = Self.pack(symbol)
    var low = 0
    var high = packed.count
    while low < high {
      let middle = (low + high) / 2
      if packed[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low < packed.count && packed[low] == key ? low : nil
  }

  private static func pack(_ bytes: some Collection<UInt8>) -> UInt64 {
    var value: UInt64 = 0
    for byte in bytes.prefix(8) { value = value << 8 | UInt64(byte) }
    return value << UInt64(8 * (8 - min(8, bytes.count)))
  }
}
