/// Whether the entries of a map or of a batch are real or complex.
package enum NumberField: String, Sendable, Hashable, CaseIterable {
  case real, complex

  /// Planes that hold one number: 1, or 2 for real and imaginary parts.
  package var planeCount: Int { self == .real ? 1 : 2 }

  /// The smaller field that holds numbers of both.
  package func joined(with other: NumberField) -> NumberField {
    self == .complex || other == .complex ? .complex : .real
  }
}
