/// What is wrong with shapes or values that came from outside.
package enum StructuredMapError: Error, Sendable, Equatable {
  /// A length, width or expansion is below its least value or beyond what is held in memory.
  case outOfRange(StructuredMapField, found: Int, allowed: ClosedRange<Int>)

  /// A butterfly needs a power of two, at least 2.
  case notPowerOfTwo(StructuredMapField, found: Int)

  /// An array of another length.
  case lengthMismatch(StructuredMapField, expected: Int, found: Int)

  /// A tensor of another shape.
  case shapeMismatch(StructuredMapField, expected: [Int], found: [Int])

  /// Factor number `index` of a butterfly has another stride than its direction asks for.
  case strideMismatch(index: Int, expected: Int, found: Int)

  /// The value at `index` is out of range or there twice.
  case notPermutation(index: Int, found: Int)

  /// Complex numbers where the map is real.
  case complexInRealMap

  /// A value that is infinite or not a number.
  case notFinite(StructuredMapField, index: Int)
}

/// The field that ``StructuredMapError`` names.
package enum StructuredMapField: String, Sendable {
  case inputLength, outputLength, size, width, expansion, blockCount, stackCount, rank
  case stride, twiddle, diagonal, permutation, matrixRows, matrixColumns, matrix, parameters
  case sequence, blocks, factors, monarchRows, monarchColumns
}
