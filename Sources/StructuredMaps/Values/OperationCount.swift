/// The number of real multiplications and additions in one matrix-vector product.
package struct OperationCount: Sendable, Hashable {
  package var multiplications: Int
  package var additions: Int

  package var total: Int { multiplications + additions }

  package static func + (a: Self, b: Self) -> Self {
    Self(
      multiplications: a.multiplications + b.multiplications, additions: a.additions + b.additions)
  }

  /// The count of `products` products in a field, summed to `sums` sums.
  static func products(_ products: Int, sums: Int, field: NumberField) -> Self {
    // A complex product is 4 multiplications and 2 additions, a complex addition 2 additions.
    field == .real
      ? Self(multiplications: products, additions: products - sums)
      : Self(multiplications: 4 * products, additions: 2 * products + 2 * (products - sums))
  }
}
