/// A butterfly matrix: the product of log2 n factors, one of each stride.
///
/// Source: Dao et al., "Kaleidoscope", ICLR 2020, definition 2.3.
/// With `direction` increasing it is the paper's 𝓑 = B_n ··· B_2, the small strides acting first; decreasing, 𝓑*.
/// Twiddles are kept in order of application, `[planes][log n][n/2][2][2]`.
package struct ButterflyMatrix<Scalar: MapScalar>: Sendable, Equatable {
  package let size: Int
  package let direction: StrideDirection
  package let field: NumberField
  package var parameters: [Scalar] {
    // Without the old value, which would cost a copy for each number that is set.
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
  /// - Throws: ``StructuredMapError`` if their sizes or strides are not those of `direction`, or a complex entry
  ///   stands in a real matrix.
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

  /// Scalars of one plane.
  var planeStride: Int { 2 * size * logSize }

  /// The factor applied at `index`.
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

  /// Replaces the factor applied at `index`; the imaginary part is dropped in a real matrix.
  package mutating func setFactor(_ factor: ButterflyFactor, at index: Int) {
    precondition(factor.size == size && index >= 0 && index < logSize)
    precondition(factor.stride == 1 << direction.logStride(at: index, of: logSize))
    let start = index * 2 * size
    for e in 0..<(2 * size) {
      parameters[start + e] = Scalar(factor.twiddle[e].real)
      if field == .complex { parameters[planeStride + start + e] = Scalar(factor.twiddle[e].imaginary) }
    }
  }

  /// M·diag(d): the diagonal, a window say, folded into the factor that acts first.
  package func foldingInput(diagonal d: [Complex]) throws(StructuredMapError) -> Self {
    try folding(d, at: 0) { factor, d in factor.foldingInput(diagonal: d) }
  }

  /// diag(d)·M: the diagonal folded into the factor that acts last.
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

  /// The same matrix with complex storage, or as it is.
  package func inField(_ newField: NumberField) -> Self {
    guard field == .real, newField == .complex else { return self }
    var result = Self(size: size, direction: direction, field: .complex)
    for i in 0..<planeStride { result.parameters[i] = parameters[i] }
    return result
  }

  /// P_br·M·P_br, which is a butterfly of the other direction (P_br: bit reversal).
  ///
  /// So M in natural order equals the result run on bit-reversed samples and read in bit-reversed order.
  package func conjugatedByBitReversal() -> Self {
    var result = Self(size: size, direction: direction.reversed, field: field)
    let reversal = Permutation.bitReversal(size: size)
    for index in 0..<logSize {
      let old = factor(at: index)
      let new = ButterflyFactor(size: size, stride: size / (2 * old.stride)) { i, lo in
        // Reversing bits keeps which of a pair is lower: it has a zero in the stride's bit.
        let p = reversal[2 * (i - lo) + lo]
        let pair = (p / (2 * old.stride)) * old.stride + p % old.stride
        return Array(old.twiddle[(4 * pair)..<(4 * pair + 4)])
      }
      result.setFactor(new, at: index)
    }
    return result
  }

  /// The same matrix in another precision.
  package init<Other: MapScalar>(_ other: ButterflyMatrix<Other>) {
    self.init(size: other.size, direction: other.direction, field: other.field)
    parameters = other.parameters.map { Scalar($0) }
  }

  /// The matrix as a map of one stack of one block, sharing its parameters.
  package var asKaleidoscope: KaleidoscopeMatrix<Scalar> {
    KaleidoscopeMatrix(
      unchecked: KaleidoscopeShape(
        unchecked: size, inputLength: size, outputLength: size, blockCount: 1, firstDirection: direction,
        field: field), parameters: parameters)
  }
}

extension ButterflyMatrix: StructuredMap {
  package var inputLength: Int { size }
  package var outputLength: Int { size }
  package var operationCount: OperationCount { asKaleidoscope.operationCount }
  package var tiling: MapTiling { asKaleidoscope.tiling }
  package var butterflyLayout: ButterflyLayout? { asKaleidoscope.butterflyLayout }

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
