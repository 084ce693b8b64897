/// A butterfly matrix: the product of log₂ n factors, one of each stride.
///
/// With `direction` increasing it is in the paper's 𝓑 = B_n ··· B_2, small strides acting first; decreasing,
/// in 𝓑*. Twiddles are `[planes][log n][n/2][2][2]` in order of application.
///
/// Source: Dao et al., "Kaleidoscope", ICLR 2020, definition 2.3.
package struct ButterflyMatrix<Scalar: MapScalar>: Sendable, Equatable {
  package let size: Int
  package let direction: StrideDirection
  package let field: NumberField
  package var parameters: [Scalar] {
    // Does not use `oldValue`, which would copy the array each time a number is set.
    didSet { precondition(parameters.count == field.planeCount * planeStride) }
  }

  /// The identity.
  package init(size: Int, direction: StrideDirection, field: NumberField) {
    precondition(size >= 2 && size.nonzeroBitCount == 1, "a butterfly of size \(size)")
    self.size = size
    self.direction = direction
    self.field = field
    parameters = Array(repeating: 0, count: field.planeCount * 2 * size * size.trailingZeroBitCount)
    for i in 0..<(planeStride / 4) {
      parameters[4 * i] = 1
      parameters[4 * i + 3] = 1
    }
  }

  /// The product of `factors` in order of application.
  ///
  /// - Throws: ``StructuredMapError`` if their sizes or strides do not fit `direction`, or a real matrix
  ///   would have a complex entry.
  package init(
    factors: [ButterflyFactor], direction: StrideDirection, field: NumberField
  ) throws(StructuredMapError) {
    let size = factors.first?.size ?? 2
    let logSize = size.trailingZeroBitCount
    guard factors.count == logSize else {
      throw .lengthMismatch(.factors, expected: logSize, found: factors.count)
    }
    self.init(size: size, direction: direction, field: field)
    for (index, factor) in factors.enumerated() {
      guard factor.size == size else {
        throw .lengthMismatch(.factors, expected: size, found: factor.size)
      }
      let stride = 1 << direction.logStride(at: index, of: logSize)
      guard factor.stride == stride else {
        throw .strideMismatch(index: index, expected: stride, found: factor.stride)
      }
      guard field == .complex || factor.twiddle.allSatisfy({ $0.imaginary == 0 }) else {
        throw .complexInRealMap
      }
      setFactor(factor, at: index)
    }
  }

  package var logSize: Int { size.trailingZeroBitCount }

  /// Scalars per plane.
  var planeStride: Int { 2 * size * logSize }

  /// The factor at `index` in order of application.
  package func factor(at index: Int) -> ButterflyFactor {
    precondition(index >= 0 && index < logSize)
    var factor = ButterflyFactor(
      size: size, stride: 1 << direction.logStride(at: index, of: logSize))
    let start = index * 2 * size
    for e in 0..<(2 * size) {
      factor.twiddle[e] = Complex(
        Double(parameters[start + e]),
        field == .complex ? Double(parameters[planeStride + start + e]) : 0)
    }
    return factor
  }

  package var factors: [ButterflyFactor] { (0..<logSize).map(factor(at:)) }

  /// Replaces the factor at `index` in order of application; a real matrix drops the imaginary part.
  package mutating func setFactor(_ factor: ButterflyFactor, at index: Int) {
    precondition(factor.size == size && index >= 0 && index < logSize)
    precondition(factor.stride == 1 << direction.logStride(at: index, of: logSize))
    let start = index * 2 * size
    for e in 0..<(2 * size) {
      parameters[start + e] = Scalar(factor.twiddle[e].real)
      if field == .complex { parameters[planeStride + start + e] = Scalar(factor.twiddle[e].imaginary) }
    }
  }

  /// M·diag(d), the diagonal (a window, for example) folded into the factor that acts first.
  ///
  /// - Throws: ``StructuredMapError/lengthMismatch(_:expected:found:)``.
  package func foldingInput(diagonal d: [Complex]) throws(StructuredMapError) -> Self {
    try folding(d, at: 0) { factor, d in factor.foldingInput(diagonal: d) }
  }

  /// diag(d)·M, the diagonal folded into the factor that acts last.
  ///
  /// - Throws: ``StructuredMapError/lengthMismatch(_:expected:found:)``.
  package func foldingOutput(diagonal d: [Complex]) throws(StructuredMapError) -> Self {
    try folding(d, at: logSize - 1) { factor, d in factor.foldingOutput(diagonal: d) }
  }

  private func folding(
    _ d: [Complex], at index: Int,
    _ fold: (ButterflyFactor, [Complex]) -> ButterflyFactor
  ) throws(StructuredMapError) -> Self {
    guard d.count == size else {
      throw .lengthMismatch(.diagonal, expected: size, found: d.count)
    }
    let isReal = d.allSatisfy { $0.imaginary == 0 }
    var result = isReal ? self : inField(.complex)
    result.setFactor(fold(factor(at: index), d), at: index)
    return result
  }

  /// This matrix, with complex storage if `newField` is complex.
  package func inField(_ newField: NumberField) -> Self {
    guard field == .real, newField == .complex else { return self }
    var result = Self(size: size, direction: direction, field: .complex)
    for i in 0..<planeStride { result.parameters[i] = parameters[i] }
    return result
  }

  /// P_br·M·P_br, where P_br is the bit reversal: a butterfly of the other direction.
  ///
  /// Running it on bit-reversed input and reading its output in bit-reversed order gives M.
  package func conjugatedByBitReversal() -> Self {
    var result = Self(size: size, direction: direction.reversed, field: field)
    let reversal = Permutation.bitReversal(size: size)
    for index in 0..<logSize {
      let old = factor(at: index)
      let new = ButterflyFactor(size: size, stride: size / (2 * old.stride)) { i, lo in
        // Bit reversal keeps the order within a pair: the lower position has a zero in the stride's bit.
        let p = reversal[2 * (i - lo) + lo]
        let pair = (p / (2 * old.stride)) * old.stride + p % old.stride
        return Array(old.twiddle[(4 * pair)..<(4 * pair + 4)])
      }
      result.setFactor(new, at: index)
    }
    return result
  }

  /// This matrix in another precision.
  package init<Other: MapScalar>(_ other: ButterflyMatrix<Other>) {
    self.init(size: other.size, direction: other.direction, field: other.field)
    parameters = other.parameters.map { Scalar($0) }
  }
}

extension ButterflyMatrix: StructuredMap {
  package var inputLength: Int { size }
  package var outputLength: Int { size }

  /// log n factors, n/2 pairs per factor, one 2 × 2 product per pair.
  package var operationCount: OperationCount {
    let pairs = logSize * (size / 2)
    return .products(4 * pairs, sums: 2 * pairs, field: field)
  }

  package var tiling: MapTiling {
    MapTiling(
      size: size, stackCount: 1, arrangement: .outputsConcatenated, scratchVectors: 0,
      keptVectors: 2 * size * logSize)
  }

  package var butterflyLayout: ButterflyLayout? {
    ButterflyLayout(logSize: logSize, stackCount: 1, blockCount: 1, firstDirection: direction, field: field)
  }

  package func transposed() -> Self {
    var result = Self(size: size, direction: direction.reversed, field: field)
    for index in 0..<logSize { result.setFactor(factor(at: index).transposed(), at: logSize - 1 - index) }
    return result
  }

  package func conjugated() -> Self {
    guard field == .complex else { return self }
    var result = self
    for i in planeStride..<(2 * planeStride) { result.parameters[i] = -parameters[i] }
    return result
  }

  package func forwardTile(
    _ tile: UnsafeMutablePointer<SIMD8<Scalar>>, scratch: UnsafeMutablePointer<SIMD8<Scalar>>, stack: Int,
    parameters: UnsafePointer<Scalar>
  ) { ButterflyKernel.forward(tile, pass(parameters)) }

  package func forwardTileKeeping(
    _ tile: UnsafeMutablePointer<SIMD8<Scalar>>, kept: UnsafeMutablePointer<SIMD8<Scalar>>, stack: Int,
    parameters: UnsafePointer<Scalar>
  ) { ButterflyKernel.forwardKeeping(tile, kept, pass(parameters)) }

  package func backwardTile(
    _ tile: UnsafeMutablePointer<SIMD8<Scalar>>, kept: UnsafeMutablePointer<SIMD8<Scalar>>, stack: Int,
    parameters: UnsafePointer<Scalar>, gradient: UnsafeMutablePointer<Scalar>
  ) { ButterflyKernel.backward(tile, UnsafePointer(kept), pass(parameters), gradient) }

  private func pass(_ parameters: UnsafePointer<Scalar>) -> ButterflyPass<Scalar> {
    ButterflyPass(
      twiddle: parameters, imaginaryOffset: planeStride, isComplex: field == .complex, logSize: logSize,
      blockCount: 1, firstDirection: direction)
  }
}
