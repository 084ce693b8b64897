/// A set of frame labels of a directory, by the name of the column of the phone set whose classes they are
/// indices of.
package struct LabelSet: Hashable, Sendable {
  /// Letters, digits, `-` and `_`.
  package let name: String

  /// The name of the column that is not a folding, which appears in no name of a file.
  private static let phones = "phone"

  /// Nil for a name that no column has.
  package init?(_ name: String) {
    func isPlain(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 }
    guard let first = name.utf8.first, isPlain(first), name.utf8.count <= 32,
      name.utf8.allSatisfy({ isPlain($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") })
    else { return nil }
    self.name = name
  }

  /// The end of names of roles and files: `39` in `labels39`, `_plain` in `labels_plain`, nothing for phones.
  package var suffix: String {
    if name == Self.phones { return "" }
    return name.utf8.first.map { $0 &- 0x30 < 10 } == true ? name : "_\(name)"
  }

  /// The table of its symbols, as Kaldi's `phones.txt` has it.
  package var tableName: String { "phones\(suffix).txt" }

  /// The set of a suffix; nil if none has it.
  init?(suffix: Substring) {
    if suffix.isEmpty { self.init(Self.phones) } else { self.init(String(suffix.drop { $0 == "_" })) }
    guard self.suffix == suffix else { return nil }
  }

  /// The sets of a TIMIT corpus.
  static let usual = ["61", "48", "39"].compactMap { LabelSet($0) }
}
