extension KaleidoscopeMatrix where Scalar == Double {
  /// The circulant matrix with first column c, y_i = Σ_j c[(i − j) mod n] x_j, as one complex 𝓑𝓑*.
  ///
  /// It is DFT⁻¹·diag(ĉ)·DFT with bit-reversed order in between, so nothing is permuted. If n is not a power
  /// of two, it is embedded in a circulant of 2^⌈log₂(2n − 1)⌉ positions. For real c, read the real part.
  ///
  /// - Throws: ``StructuredMapError/outOfRange(_:found:allowed:)``.
  package static func circulant(firstColumn c: [Complex]) throws(StructuredMapError) -> Self {
    let n = c.count
    guard (1...(KaleidoscopeShape.largestSize / 2)).contains(n) else {
      throw .outOfRange(.sequence, found: n, allowed: 1...(KaleidoscopeShape.largestSize / 2))
    }
    if n >= 2, n.nonzeroBitCount == 1 { return try powerOfTwoCirculant(c) }
    return try toeplitz(firstColumn: c, firstRow: [c[0]] + c.dropFirst().reversed())
  }

  /// The Toeplitz matrix with first column c and first row r, as one complex 𝓑𝓑* with expansion 2.
  ///
  /// `[c.count, r.count]`; y_i = Σ_j a(i − j) x_j with a(d) = c[d] for d ≥ 0 and a(d) = r[−d] for d < 0; r[0]
  /// is not used. For real values, read the real part.
  ///
  /// - Throws: ``StructuredMapError/outOfRange(_:found:allowed:)``.
  package static func toeplitz(
    firstColumn c: [Complex], firstRow r: [Complex]
  ) throws(StructuredMapError) -> Self {
    let allowed = 1...(KaleidoscopeShape.largestSize / 2)
    for count in [c.count, r.count] where !allowed.contains(count) {
      throw .outOfRange(.sequence, found: count, allowed: allowed)
    }
    let size = KaleidoscopeShape.paddedSize(c.count + r.count - 1)
    let gap = Array(repeating: Complex.zero, count: size - (c.count + r.count - 1))
    return try powerOfTwoCirculant(c + gap + r.dropFirst().reversed())
      .cut(inputLength: r.count, outputLength: c.count)
  }

  private static func powerOfTwoCirculant(_ c: [Complex]) throws(StructuredMapError) -> Self {
    let forward = ButterflyMatrix(dftOfSize: c.count, order: .bitReversedOutput)
    let backward = ButterflyMatrix(
      dftOfSize: c.count, order: .bitReversedInput, direction: .backward, scale: .inverse)
    // The spectrum in bit-reversed order, as the first butterfly outputs it.
    let spectrum = forward.applied(to: c)
    return try KaleidoscopeMatrix(product: [forward, backward.foldingInput(diagonal: spectrum)])
  }
}
