/// The name meant by one that is not known.
package enum NearestName {
  /// Longer texts are not names mistyped; the comparison takes the product of both lengths.
  private static let longestText = 64

  /// The candidate that takes the fewest edits, the earliest if several do, or none if that is more than a
  /// third of it.
  package static func of(_ text: String, among candidates: [String]) -> String? {
    guard text.utf8.count <= longestText else { return nil }
    let lowercased = text.lowercased()
    var nearest: (name: String, edits: Int)?
    for candidate in candidates {
      let edits = editDistance(Array(lowercased.utf8), Array(candidate.utf8))
      guard edits <= max(1, candidate.utf8.count / 3), edits < nearest?.edits ?? .max else { continue }
      nearest = (candidate, edits)
    }
    return nearest?.name
  }

  /// Insertions, deletions, replacements and swaps of neighbours that turn one text into the other.
  ///
  /// Source: Damerau 1964, in the form where no part is edited twice (optimal string alignment).
  private static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforePrevious = [Int](repeating: 0, count: b.count + 1)
    var previous = Array(0...b.count)
    for i in a.indices {
      var current = [i + 1]
      for j in b.indices {
        var edits = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { edits = min(edits, beforePrevious[j - 1] + 1) }
        current.append(edits)
      }
      (beforePrevious, previous) = (previous, current)
    }
    return previous[b.count]
  }
}
