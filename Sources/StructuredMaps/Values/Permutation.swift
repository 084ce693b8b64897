/// A permutation of positions: y[i] = x[p[i]].
package struct Permutation: Sendable, Hashable {
  package let sources: [Int]

  /// - Throws: ``StructuredMapError/notPermutation(index:found:)`` if `sources` is not a permutation of its
  ///   indices.
  package init(_ sources: [Int]) throws(StructuredMapError) {
    var seen = Array(repeating: false, count: sources.count)
    for (index, source) in sources.enumerated() {
      guard seen.indices.contains(source), !seen[source] else {
        throw .notPermutation(index: index, found: source)
      }
      seen[source] = true
    }
    self.sources = sources
  }

  init(unchecked sources: [Int]) { self.sources = sources }

  package var count: Int { sources.count }
  package subscript(index: Int) -> Int { sources[index] }

  package static func identity(size: Int) -> Permutation { Permutation(unchecked: Array(0..<size)) }

  /// The permutation whose p[i] is i with its log₂ n bits reversed.
  package static func bitReversal(size: Int) -> Permutation {
    precondition(size >= 1 && size.nonzeroBitCount == 1)
    var sources = [0]
    while sources.count < size { sources = sources.map { 2 * $0 } + sources.map { 2 * $0 + 1 } }
    return Permutation(unchecked: sources)
  }

  package var inverse: Permutation {
    var inverse = sources
    for (index, source) in sources.enumerated() { inverse[source] = index }
    return Permutation(unchecked: inverse)
  }

  /// The permutation that applies `first` and then this one.
  package func after(_ first: Permutation) -> Permutation {
    precondition(count == first.count)
    return Permutation(unchecked: sources.map { first[$0] })
  }

  package func applied<Element>(to values: [Element]) -> [Element] {
    precondition(values.count == count)
    return sources.map { values[$0] }
  }
}
