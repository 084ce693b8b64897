import DataManifests

/// The order of phones by manner of articulation, which puts easily confused ones next to each other.
enum PhoneOrder {
  /// The indices of `symbols` in that order, unknown symbols last, and the counts after which manners end.
  static func byManner(_ symbols: [String]) -> (order: [Int], rules: [Int]) {
    var order: [Int] = []
    var rules: [Int] = []
    for manner in PhoneManner.allCases {
      let members = manner.phones.compactMap { symbols.firstIndex(of: $0) }
      guard !members.isEmpty else { continue }
      order += members
      rules.append(order.count)
    }
    let known = Set(order)
    order += symbols.indices.filter { !known.contains($0) }
    if rules.last == order.count { rules.removeLast() }
    return (order, rules)
  }
}
