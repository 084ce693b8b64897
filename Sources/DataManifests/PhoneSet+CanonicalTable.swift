extension PhoneSet {
  /// The table as bytes that depend only on the phones and their folding: one line per phone, in order of
  /// indices, with the symbols in the three sets, empty if there is none.
  ///
  /// The digest of these bytes identifies the phone set.
  package var canonicalTable: [UInt8] {
    let columns = Folding.allCases.sorted { $0.rawValue > $1.rawValue }.map { folding in
      let symbols = symbols(folding)
      return classOfPhone(folding).map { $0 == Self.noClass ? "" : symbols[Int($0)] }
    }
    var text = ""
    for phone in symbols(.phones61).indices {
      text += columns.map { $0[phone] }.joined(separator: "\t") + "\n"
    }
    return Array(text.utf8)
  }
}
