extension ButterflyMatrix where Scalar == Double {
  /// The Walsh-Hadamard transform in Sylvester order, one real butterfly of either direction.
  ///
  /// - Throws: ``StructuredMapError/notPowerOfTwo(_:found:)``.
  package static func hadamard(
    size: Int, direction: StrideDirection = .decreasing, scale: TransformScale = .unscaled
  ) throws(StructuredMapError) -> Self {
    try TransformFactorization.check(size: size)
    let each: Double =
      switch scale {
      case .unscaled: 1
      case .orthonormal: 0.5.squareRoot()
      case .inverse: 0.5
      }
    var matrix = ButterflyMatrix(size: size, direction: direction, field: .real)
    for i in matrix.parameters.indices { matrix.parameters[i] = i % 4 == 3 ? -each : each }
    return matrix
  }
}

extension TransformFactorization {
  /// The orthonormal Haar wavelet transform, coarsest level first: (mean, one detail, two details, …, n/2
  /// details).
  ///
  /// - Throws: ``StructuredMapError/notPowerOfTwo(_:found:)``.
  package static func haar(size n: Int) throws(StructuredMapError) -> Self {
    try check(size: n)
    let half = Complex(0.5.squareRoot())
    var matrix = ButterflyMatrix<Double>(size: n, direction: .increasing, field: .real)
    for index in 0..<matrix.logSize {
      // Only means are transformed further: they are the first pair in each run of 2·stride positions.
      matrix.setFactor(
        ButterflyFactor(size: n, stride: 1 << index) { _, low in
          low == 0 ? [half, half, half, -half] : [.one, .zero, .zero, .one]
        }, at: index)
    }
    // The 2^l details of level l are at odd multiples of n / 2^(l + 1).
    var sources = [0]
    var spacing = n / 2
    while spacing >= 1 {
      sources += Swift.stride(from: spacing, to: n, by: 2 * spacing)
      spacing /= 2
    }
    return Self(
      inputPermutation: nil, butterflies: [matrix], outputPermutation: Permutation(unchecked: sources))
  }
}
