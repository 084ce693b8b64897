/// The errors of one speaker under one seed, and the number of reference phones or frames.
package struct ErrorCount: Sendable, Equatable, Codable {
  package var errors: Int
  package var total: Int

  package init(errors: Int, total: Int) {
    self.errors = errors
    self.total = total
  }

  /// errors / total, possibly above 1 because of insertions.
  package var rate: Double { Double(errors) / Double(total) }
}
