/// The field of the entries of a map or a batch.
package enum NumberField: String, Sendable, Hashable, CaseIterable {
  case real, complex

  /// 1, or 2 for a real and an imaginary plane.
  package var planeCount: Int { self == .real ? 1 : 2 }

  /// The smallest field that contains both.
  package func joined(with other: NumberField) -> NumberField {
    self == .complex || other == .complex ? .complex : .real
  }
}
