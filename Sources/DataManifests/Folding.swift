/// A folding of a phone set: a column of its table, the class of each phone.
package struct Folding: Equatable, Sendable {
  /// The name of the column.
  package let name: String

  /// The symbols of the classes in the order of their indices: ascending byte order.
  package let symbols: [String]

  /// `[phones]`: the class of each phone, ``PhoneSet/noClass`` for a deleted one.
  package let classOfPhone: [Int32]

  /// The class of the set's first silence, which frames past the last label have; ``PhoneSet/noClass`` if
  /// there is none.
  package let silence: Int32

  /// The order of the classes in drawings.
  package let displayOrder: DisplayOrder

  package var classCount: Int { symbols.count }
}

extension Folding {
  /// For each class the one of another folding, ``PhoneSet/noClass`` for a deleted one; nil if phones of one
  /// class are in several of the other, or only some of them in one.
  package func map(to other: Folding) -> [Int32]? {
    var map = [Int32?](repeating: nil, count: classCount)
    for (own, folded) in zip(classOfPhone, other.classOfPhone) where own >= 0 {
      guard map[Int(own)] ?? folded == folded else { return nil }
      map[Int(own)] = folded
    }
    return map.map { $0 ?? PhoneSet.noClass }
  }
}

/// An order of symbols in which easily confused ones are next to each other, and where manners of
/// articulation end.
package struct DisplayOrder: Equatable, Sendable {
  /// Indices of symbols.
  package var order: [Int]

  /// The numbers of symbols after which a manner ends, but for the last.
  package var rules: [Int]

  package init(order: [Int], rules: [Int] = []) {
    self.order = order
    self.rules = rules
  }

  /// The order by manner, then as given; symbols without a manner last.
  package init(_ symbols: [(index: Int, manner: PhoneManner?)]) {
    self.init(order: [])
    for manner in PhoneManner.allCases {
      let members = symbols.filter { $0.manner == manner }
      guard !members.isEmpty else { continue }
      order += members.map(\.index)
      rules.append(order.count)
    }
    order += symbols.filter { $0.manner == nil }.map(\.index)
    if rules.last == order.count { rules.removeLast() }
  }
}
