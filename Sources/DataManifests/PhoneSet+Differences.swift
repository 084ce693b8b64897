/// A difference between two phone sets.
package struct PhoneSetDifference: Equatable, Sendable {
  /// `phones`, `silence`, `columns`, or the column and the phone whose class is another.
  package let field: String
  package let held: String
  package let wanted: String

  package init(field: String, held: String, wanted: String) {
    self.field = field
    self.held = held
    self.wanted = wanted
  }
}

extension PhoneSet {
  /// The first differences from another set that change labels: phones, silences, columns, classes; empty if
  /// there are none.
  ///
  /// - Parameter limit: the most symbols or differences of a kind that are named.
  package func differences(from other: PhoneSet, limit: Int = 5) -> [PhoneSetDifference] {
    var differences: [PhoneSetDifference] = []
    func compare(_ field: String, _ held: String, _ wanted: String) {
      if held != wanted { differences.append(PhoneSetDifference(field: field, held: held, wanted: wanted)) }
    }
    func symbols(_ set: PhoneSet, without excluded: PhoneSet) -> String {
      let excluded = Set(excluded.phones)
      let own = set.phones.filter { !excluded.contains($0) }
      let named = own.prefix(limit).joined(separator: " ")
      if own.isEmpty { return "\(set.phones.count)" }
      return
        "\(set.phones.count), \(named)\(own.count > limit ? " and \(own.count - limit) more" : "") among them"
    }
    if phones != other.phones {
      compare("phones", symbols(self, without: other), symbols(other, without: self))
      return differences
    }
    func names(_ set: PhoneSet) -> String {
      set.silences.isEmpty ? "none" : set.silences.map { set.phones[$0] }.joined(separator: " ")
    }
    compare("silence", names(self), names(other))
    let (own, others) = (columns.map(\.name), other.columns.map(\.name))
    compare("columns", own.joined(separator: " "), others.joined(separator: " "))
    guard own == others else { return differences }
    for (held, wanted) in zip(columns, other.columns) {
      for (index, phone) in phones.enumerated() where differences.count < limit {
        compare(
          "\(held.name) of \(phone)", held.symbol(ofPhone: index) ?? "deleted",
          wanted.symbol(ofPhone: index) ?? "deleted")
      }
    }
    return differences
  }
}

extension Folding {
  /// The symbol of a phone's class; nil if it is deleted.
  package func symbol(ofPhone phone: Int) -> String? {
    let index = classOfPhone[phone]
    return index < 0 ? nil : symbols[Int(index)]
  }
}
