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
