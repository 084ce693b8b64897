/// The scale of a transform.
package enum TransformScale: String, Sendable, Hashable, CaseIterable {
  /// The plain sum of the definition.
  case unscaled

  /// Orthonormal rows.
  case orthonormal

  /// 1/n of the plain sum, as in the inverse DFT.
  case inverse
}

/// The direction of a Fourier transform: the sign of its exponent.
package enum FourierDirection: String, Sendable, Hashable, CaseIterable {
  /// X_k = Σ x_t exp(−2πi·kt/n)
  case forward

  /// x_t = Σ X_k exp(+2πi·kt/n)
  case backward
}

/// The side of a single DFT butterfly that is in bit-reversed order.
package enum FourierOrder: String, Sendable, Hashable, CaseIterable {
  /// Natural input, bit-reversed output: one decreasing butterfly (decimation in frequency).
  case bitReversedOutput

  /// Bit-reversed input, natural output: one increasing butterfly (decimation in time).
  case bitReversedInput
}

extension TransformFactorization {
  /// The DFT of `size` points, as one butterfly and a bit reversal.
  ///
  /// The inverse DFT is `backward` with the scale `inverse`.
  ///
  /// - Parameters:
  ///   - size: n, a power of two, at least 2.
  ///   - order: the side of the bit reversal.
  ///   - direction: the sign of the exponent.
  ///   - scale: spread evenly over the factors.
  /// - Throws: ``StructuredMapError/notPowerOfTwo(_:found:)``.
  package static func dft(
    size: Int, order: FourierOrder = .bitReversedInput, direction: FourierDirection = .forward,
    scale: TransformScale = .unscaled
  ) throws(StructuredMapError) -> Self {
    try check(size: size)
    let butterfly = ButterflyMatrix(
      dftOfSize: size, order: order, direction: direction, scale: scale)
    let reversal = Permutation.bitReversal(size: size)
    return Self(
      inputPermutation: order == .bitReversedInput ? reversal : nil, butterflies: [butterfly],
      outputPermutation: order == .bitReversedOutput ? reversal : nil)
  }
}

extension ButterflyMatrix where Scalar == Double {
  /// The DFT without the bit reversal: DFT·P_br (increasing) or P_br·DFT (decreasing).
  package init(
    dftOfSize size: Int, order: FourierOrder, direction: FourierDirection = .forward,
    scale: TransformScale = .unscaled
  ) {
    self.init(
      size: size, direction: order == .bitReversedInput ? .increasing : .decreasing, field: .complex)
    let sign = direction == .forward ? -1 : 1
    let each: Double =
      switch scale {
      case .unscaled: 1
      case .orthonormal: 0.5.squareRoot()
      case .inverse: 0.5
      }
    for index in 0..<logSize {
      let stride = 1 << self.direction.logStride(at: index, of: logSize)
      let factor = ButterflyFactor(size: size, stride: stride) { _, low in
        let w = each * Complex.rootOfUnity(sign * low, 2 * stride)
        let one = Complex(each)
        return order == .bitReversedInput ? [one, w, one, -w] : [one, one, w, -w]
      }
      setFactor(factor, at: index)
    }
  }
}

extension KaleidoscopeMatrix where Scalar == Double {
  /// The DFT in natural order, as a member of (𝓑𝓑*)².
  ///
  /// - Throws: ``StructuredMapError/notPowerOfTwo(_:found:)``.
  package static func dft(
    size: Int, direction: FourierDirection = .forward, scale: TransformScale = .unscaled
  ) throws(StructuredMapError) -> Self {
    try TransformFactorization.dft(size: size, direction: direction, scale: scale).kaleidoscope()
  }

  /// The DFT of real samples, `[size/2 + 1, inputLength]`: zero padding to `size`, then bins 0 … size/2.
  ///
  /// Run it on real batches.
  ///
  /// - Throws: ``StructuredMapError``.
  package static func realDFT(
    size: Int, inputLength: Int? = nil, scale: TransformScale = .unscaled
  ) throws(StructuredMapError) -> Self {
    try dft(size: size, scale: scale)
      .cut(inputLength: inputLength ?? size, outputLength: size / 2 + 1)
  }

  /// A member of (𝓑𝓑*)^w equal to window, zero padding and DFT, its bins in bit-reversed order: a start for
  /// learning.
  ///
  /// The first block is the DFT with the window folded in, the others are identities.
  ///
  /// - Parameters:
  ///   - size: n, a power of two, at least the length of the window.
  ///   - window: `inputLength` values.
  ///   - width: w.
  ///   - scale: spread evenly over the factors.
  /// - Throws: ``StructuredMapError``.
  package static func windowedDFT(
    size: Int, window: [Double], width: Int = 1, scale: TransformScale = .unscaled
  ) throws(StructuredMapError) -> Self {
    try TransformFactorization.check(size: size)
    guard (1...size).contains(window.count) else {
      throw .outOfRange(.inputLength, found: window.count, allowed: 1...size)
    }
    guard (1...64).contains(width) else { throw .outOfRange(.width, found: width, allowed: 1...64) }
    let padded = window.map { Complex($0) } + Array(repeating: .zero, count: size - window.count)
    let first = try ButterflyMatrix(dftOfSize: size, order: .bitReversedOutput, scale: scale)
      .foldingInput(diagonal: padded)
    var blocks = [first]
    for index in 1..<(2 * width) {
      blocks.append(
        ButterflyMatrix(
          size: size, direction: StrideDirection.decreasing.alternated(index), field: .complex))
    }
    return try KaleidoscopeMatrix(product: blocks)
      .cut(inputLength: window.count, outputLength: size)
  }
}
