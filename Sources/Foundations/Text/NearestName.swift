/// Suggestions for misspelled names.
package enum NearestName {
  /// Longer texts are not misspelled names, and the time of a comparison grows with the product of the
  /// lengths.
  private static let longestText = 64

  /// The first candidate at the smallest edit distance, or nil if that exceeds a third of its length.
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

  /// The number of insertions, deletions, substitutions and transpositions of neighbors between two texts.
  ///
  /// Source: Damerau, "A technique for computer detection and correction of spelling errors" (1964),
  /// restricted to optimal string alignment.
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
