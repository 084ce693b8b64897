/// The cosine and sine transforms that have exact kaleidoscope forms.
///
/// Unscaled sums follow SciPy and FFTW:
/// - DCT-II: y_k = 2 Σ x_t cos(πk(2t + 1) / 2n)
/// - DCT-IV: y_k = 2 Σ x_t cos(π(2k + 1)(2t + 1) / 4n)
/// - DST-II: y_k = 2 Σ x_t sin(π(k + 1)(2t + 1) / 2n)
/// - DST-IV: y_k = 2 Σ x_t sin(π(2k + 1)(2t + 1) / 4n)
package enum TrigonometricTransform: String, Sendable, Hashable, CaseIterable {
  case dct2, dct4, dst2, dst4

  /// Entry (k, t) of the unscaled matrix; its angle is reduced in integers.
  package func entry(_ k: Int, _ t: Int, size n: Int) -> Double {
    switch self {
    case .dct2: 2 * Complex.rootOfUnity(k * (2 * t + 1), 4 * n).real
    case .dct4: 2 * Complex.rootOfUnity((2 * k + 1) * (2 * t + 1), 8 * n).real
    case .dst2: 2 * Complex.rootOfUnity((k + 1) * (2 * t + 1), 4 * n).imaginary
    case .dst4: 2 * Complex.rootOfUnity((2 * k + 1) * (2 * t + 1), 8 * n).imaginary
    }
  }

  /// The factor of row k for a scale.
  package func scaleFactor(row k: Int, size n: Int, _ scale: TransformScale) -> Double {
    switch scale {
    case .unscaled: 1
    case .inverse: 1 / Double(n)
    case .orthonormal:
      switch self {
      case .dct2 where k == 0, .dst2 where k == n - 1: (1 / Double(4 * n)).squareRoot()
      default: (1 / Double(2 * n)).squareRoot()
      }
    }
  }
}

extension TransformFactorization {
  /// A DCT or DST of real input: Re(diag · DFT · diag · P), where P puts even samples first, then odd ones in
  /// reverse.
  ///
  /// It is one increasing butterfly after one permutation; the diagonals are folded into its outer factors.
  ///
  /// - Throws: ``StructuredMapError/notPowerOfTwo(_:found:)``.
  ///
  /// Source: Makhoul, "A fast cosine transform in one and two dimensions", IEEE Trans. ASSP 28 (1980).
  package static func trigonometric(
    _ transform: TrigonometricTransform, size n: Int, scale: TransformScale = .unscaled
  ) throws(StructuredMapError) -> Self {
    try check(size: n)
    var sources = (0..<(n / 2)).map { 2 * $0 }
    sources += (0..<(n / 2)).map { n - 1 - 2 * $0 }
    let fold = Permutation(unchecked: sources)
    let isSine = transform == .dst2 || transform == .dst4
    // Position m holds an even sample, t = 2m, at phase −θ, or in the second half an odd one at phase +θ.
    let before = (0..<n).map { m -> Complex in
      let isEven = m < n / 2
      let phase: Complex =
        switch transform {
        case .dct2: .one
        case .dst2: .rootOfUnity(-m, n)
        case .dct4, .dst4:
          isEven ? .rootOfUnity(-(4 * m + 1), 8 * n) : .rootOfUnity(4 * (n - 1 - m) + 3, 8 * n)
        }
      return isSine && !isEven ? -phase : phase
    }
    let after = (0..<n).map { k -> Complex in
      let phase = Complex.rootOfUnity(-(transform == .dst2 ? k + 1 : k), 4 * n)
      let scaled = 2 * transform.scaleFactor(row: k, size: n, scale) * phase
      return isSine ? .i * scaled : scaled
    }
    let reversal = Permutation.bitReversal(size: n)
    let butterfly = try ButterflyMatrix(dftOfSize: n, order: .bitReversedInput)
      .foldingInput(diagonal: reversal.applied(to: before))
      .foldingOutput(diagonal: after)
    return Self(
      inputPermutation: reversal.after(fold), butterflies: [butterfly], takesRealPart: true)
  }
}
