/// The order of phones by manner of articulation, which puts easily confused ones next to each other.
enum PhoneOrder {
  /// The 61 phones of TIMIT by manner; the 39 classes are among them.
  private static let groups: [[String]] = [
    ["iy", "ih", "ix", "ey", "eh", "ae", "aa", "ao", "ah", "ax", "ax-h", "uh", "uw", "ux", "er", "axr"],
    ["ay", "oy", "aw", "ow"],
    ["l", "el", "r", "w", "y", "hh", "hv"],
    ["m", "em", "n", "en", "nx", "ng", "eng"],
    ["s", "z", "sh", "zh", "f", "v", "th", "dh"],
    ["ch", "jh", "b", "d", "g", "p", "t", "k", "dx", "q"],
    ["bcl", "dcl", "gcl", "pcl", "tcl", "kcl", "epi", "pau", "h#", "sil"],
  ]

  /// The indices of `symbols` in that order, unknown symbols last, and the counts after which groups end.
  static func byManner(_ symbols: [String]) -> (order: [Int], rules: [Int]) {
    var order: [Int] = []
    var rules: [Int] = []
    for group in groups {
      let members = group.compactMap { symbols.firstIndex(of: $0) }
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
