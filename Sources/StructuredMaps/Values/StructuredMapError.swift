/// An invalid shape or value from outside.
package enum StructuredMapError: Error, Sendable, Equatable {
  /// A length, width or expansion outside its range; the upper bound keeps the map in memory.
  case outOfRange(StructuredMapField, found: Int, allowed: ClosedRange<Int>)

  /// A size that is not a power of two, or below 2.
  case notPowerOfTwo(StructuredMapField, found: Int)

  /// An array of the wrong length.
  case lengthMismatch(StructuredMapField, expected: Int, found: Int)

  /// A tensor of the wrong shape.
  case shapeMismatch(StructuredMapField, expected: [Int], found: [Int])

  /// A stride of factor `index` that does not fit the direction of the butterfly.
  case strideMismatch(index: Int, expected: Int, found: Int)

  /// A value at `index` that is out of range or occurs twice.
  case notPermutation(index: Int, found: Int)

  /// Complex numbers in a real map.
  case complexInRealMap

  /// An infinite value or NaN at `index`.
  case notFinite(StructuredMapField, index: Int)
}

/// The dimension or array that a ``StructuredMapError`` is about.
package enum StructuredMapField: String, Sendable {
  case inputLength, outputLength, size, width, expansion, blockCount, stackCount, rank
  case stride, twiddle, diagonal, permutation, matrixRows, matrixColumns, matrix, parameters
  case sequence, blocks, factors, monarchRows, monarchColumns
}
