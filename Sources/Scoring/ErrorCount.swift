/// Errors of one speaker under one seed, and what they are errors of: phones of the reference, or frames.
package struct ErrorCount: Sendable, Equatable, Codable {
  package var errors: Int
  package var total: Int

  package init(errors: Int, total: Int) {
    self.errors = errors
    self.total = total
  }

  /// errors / total; above 1 where much is inserted.
  package var rate: Double { Double(errors) / Double(total) }
}
