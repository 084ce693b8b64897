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
