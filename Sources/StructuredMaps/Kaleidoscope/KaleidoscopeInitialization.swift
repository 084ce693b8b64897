import Glibc

/// Where the learning of a kaleidoscope begins.
///
/// Plain normal twiddles are not among them: with more than one block such a product is singular for all purposes
/// (condition 10¹⁰ at n = 512 and two blocks).
package enum KaleidoscopeInitialization: String, Sendable, Hashable, CaseIterable {
  /// Every block the identity.
  case identity

  /// The first block of each stack the orthonormal DFT, the others the identity.
  ///
  /// A decreasing first block gives the DFT in bit-reversed order; an increasing one the DFT of bit-reversed
  /// samples, which is rarely what a front end wants.
  case fourier

  /// Every 2 × 2 orthogonal, or unitary and Haar-distributed on U(2): condition 1.
  case orthogonal
}

extension KaleidoscopeMatrix {
  /// A map to learn from.
  ///
  /// - Parameters:
  ///   - shape: its lengths, blocks and field.
  ///   - initialization: `fourier` needs a complex shape.
  ///   - generator: read by `orthogonal` alone, in order of parameters.
  package init(
    _ shape: KaleidoscopeShape, _ initialization: KaleidoscopeInitialization,
    using generator: inout some RandomNumberGenerator
  ) throws(StructuredMapError) {
    self.init(identity: shape)
    switch initialization {
    case .identity: return
    case .fourier:
      guard shape.field == .complex else { throw .complexInRealMap }
      let order: FourierOrder =
        shape.firstDirection == .decreasing ? .bitReversedOutput : .bitReversedInput
      let butterfly = ButterflyMatrix<Double>(dftOfSize: size, order: order, scale: .orthonormal)
      for stack in 0..<shape.stackCount { setBlock(ButterflyMatrix(butterfly), at: 0, ofStack: stack) }
    case .orthogonal:
      for start in stride(from: 0, to: shape.planeStride, by: 4) {
        let entries =
          shape.field == .real
          ? Self.orthogonalPair(using: &generator) : Self.unitaryPair(using: &generator)
        for e in 0..<4 {
          parameters[start + e] = Scalar(entries[e].real)
          if shape.field == .complex {
            parameters[shape.planeStride + start + e] = Scalar(entries[e].imaginary)
          }
        }
      }
    }
  }

  /// A rotation or reflection, uniform on O(2).
  private static func orthogonalPair(using generator: inout some RandomNumberGenerator) -> [Complex] {
    let angle = uniform(&generator) * 2 * Double.pi
    let determinant: Double = generator.next() & 1 == 0 ? 1 : -1
    let (c, s) = (cos(angle), sin(angle))
    return [Complex(determinant * c), Complex(-determinant * s), Complex(s), Complex(c)]
  }

  /// Haar measure on U(2): φ = asin √u, three phases uniform.
  ///
  /// Source: Życzkowski and Kuś, "Random unitary matrices", J. Phys. A 27 (1994).
  private static func unitaryPair(using generator: inout some RandomNumberGenerator) -> [Complex] {
    let sine = uniform(&generator).squareRoot()
    let cosine = (1 - sine * sine).squareRoot()
    let (alpha, psi, chi) = (phase(&generator), phase(&generator), phase(&generator))
    return [
      cosine * turn(alpha + psi), sine * turn(alpha + chi), -(sine * turn(alpha - chi)),
      cosine * turn(alpha - psi),
    ]
  }

  private static func turn(_ angle: Double) -> Complex { Complex(cos(angle), sin(angle)) }

  private static func phase(_ generator: inout some RandomNumberGenerator) -> Double {
    2 * Double.pi * uniform(&generator)
  }

  /// [0, 1) in steps of 2⁻⁵³, from one draw.
  private static func uniform(_ generator: inout some RandomNumberGenerator) -> Double {
    Double(generator.next() >> 11) * 0x1p-53
  }
}
