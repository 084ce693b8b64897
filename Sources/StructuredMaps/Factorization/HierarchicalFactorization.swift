/// A butterfly that approximates a matrix, and its error.
package struct HierarchicalFactorization: Sendable {
  package let butterfly: ButterflyMatrix<Double>

  /// ‖M − butterfly‖ / ‖M‖ in Frobenius norms.
  package let relativeError: Double

  /// Factorizes a matrix into a butterfly by recursive splits into rank-one blocks, without gradient descent.
  ///
  /// An increasing butterfly split at stride p is X·Y with the strides below p in Y and the others in X; then
  /// for all j and b the block of rows ≡ j (mod p) and columns bp … (b + 1)p − 1 is an outer product. The
  /// best rank-one approximation of each block gives a column of X and a row of Y, which are split further. A
  /// butterfly is recovered up to rounding; for other matrices the result is a good approximation, not the
  /// best. O(n²) matrix entries per level.
  ///
  /// Source: Zheng, Riccietti and Gribonval, "Efficient identification of butterfly sparse matrix
  /// factorizations", SIAM J. Math. Data Sci. 5 (2023).
  ///
  /// - Parameters:
  ///   - matrix: at most n × n; padded with zeros.
  ///   - direction: the direction of the butterfly, `decreasing` for a matrix with bit-reversed rows.
  ///   - size: n, a power of two, at most 4096; the smallest that fits if nil.
  /// - Throws: ``StructuredMapError`` for a matrix that is empty, too large or not finite.
  package init(
    _ matrix: DenseMatrix, direction: StrideDirection, size: Int? = nil
  ) throws(StructuredMapError) {
    let limit = 4096
    guard (1...limit).contains(matrix.rows) else {
      throw .outOfRange(.matrixRows, found: matrix.rows, allowed: 1...limit)
    }
    guard (1...limit).contains(matrix.columns) else {
      throw .outOfRange(.matrixColumns, found: matrix.columns, allowed: 1...limit)
    }
    if let index = matrix.elements.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(.matrix, index: index)
    }
    let least = KaleidoscopeShape.paddedSize(max(matrix.rows, matrix.columns))
    let n = size ?? least
    guard n.nonzeroBitCount == 1 else { throw .notPowerOfTwo(.size, found: n) }
    guard (least...limit).contains(n) else { throw .outOfRange(.size, found: n, allowed: least...limit) }
    let padded = matrix.resized(rows: n, columns: n)
    let field: NumberField = matrix.isReal ? .real : .complex
    // A decreasing butterfly is the transpose of an increasing one.
    var increasing = (0..<n.trailingZeroBitCount).map { ButterflyFactor(size: n, stride: 1 << $0) }
    Self.split(
      direction == .increasing ? padded : padded.transposed(), into: &increasing, offset: 0, spacing: 1)
    var result = ButterflyMatrix<Double>(size: n, direction: .increasing, field: field)
    for (index, factor) in increasing.enumerated() { result.setFactor(factor, at: index) }
    if direction == .decreasing { result = result.transposed() }
    butterfly = result
    relativeError = result.dense().relativeError(to: padded)
  }

  /// Factorizes the matrix of positions offset + spacing·r, r < matrix.rows.
  private static func split(
    _ matrix: DenseMatrix, into factors: inout [ButterflyFactor], offset: Int, spacing: Int
  ) {
    let n = matrix.rows
    guard n > 2 else {
      // Positions offset and offset + spacing: the pair of stride `spacing`.
      let pair = (offset / (2 * spacing)) * spacing + offset % spacing
      let index = spacing.trailingZeroBitCount
      for e in 0..<4 { factors[index].twiddle[4 * pair + e] = matrix[e / 2, e % 2] }
      return
    }
    let p = 1 << (n.trailingZeroBitCount / 2)
    let blocks = n / p
    // outer[j] is the n/p × n/p matrix of rows ≡ j, inner[b] the p × p matrix of column block b.
    var outer = Array(repeating: DenseMatrix(rows: blocks, columns: blocks), count: p)
    var inner = Array(repeating: DenseMatrix(rows: p, columns: p), count: blocks)
    for j in 0..<p {
      for b in 0..<blocks {
        let block = DenseMatrix(rows: blocks, columns: p) { matrix[j + p * $0, b * p + $1] }
        let pair = RankOneApproximation(block)
        for r in 0..<blocks { outer[j][r, b] = pair.left[r] }
        for c in 0..<p { inner[b][j, c] = pair.right[c] }
      }
    }
    for b in 0..<blocks {
      split(inner[b], into: &factors, offset: offset + spacing * b * p, spacing: spacing)
    }
    for j in 0..<p {
      split(outer[j], into: &factors, offset: offset + spacing * j, spacing: spacing * p)
    }
  }
}

extension KaleidoscopeMatrix where Scalar == Double {
  /// A map whose first block is a butterfly found for a matrix and whose other blocks are identities, and its
  /// error.
  ///
  /// - Parameters:
  ///   - matrix: `[outputLength, inputLength]`, for example a linear front end.
  ///   - width: w of (𝓑𝓑*)^w.
  /// - Throws: ``StructuredMapError``.
  package static func approximating(
    _ matrix: DenseMatrix, width: Int = 1
  ) throws(StructuredMapError) -> (map: Self, relativeError: Double) {
    let factorization = try HierarchicalFactorization(matrix, direction: .decreasing)
    let shape = try KaleidoscopeShape(
      inputLength: matrix.columns, outputLength: matrix.rows, width: width,
      field: factorization.butterfly.field)
    var map = Self(identity: shape)
    map.setBlock(factorization.butterfly, at: 0)
    return (map, map.dense().relativeError(to: matrix))
  }
}
