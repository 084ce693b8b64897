import Glibc

/// The initial parameters of a kaleidoscope matrix that is trained.
///
/// Independent normal twiddles are not offered: with two blocks at n = 512 their product has condition number
/// 10¹⁰.
package enum KaleidoscopeInitialization: String, Sendable, Hashable, CaseIterable {
  /// All blocks are the identity.
  case identity

  /// The first block of each stack is the orthonormal DFT, the others are the identity.
  ///
  /// A decreasing first block gives the DFT in bit-reversed order; an increasing one gives the DFT of
  /// bit-reversed samples, which a front end rarely wants.
  case fourier

  /// Every 2 × 2 matrix is Haar-distributed on O(2) or U(2): condition number 1.
  case orthogonal
}

extension KaleidoscopeMatrix {
  /// A map with initial parameters for training.
  ///
  /// - Parameters:
  ///   - shape: lengths, blocks and field.
  ///   - initialization: `fourier` needs a complex shape.
  ///   - generator: used by `orthogonal` only, in order of parameters.
  /// - Throws: ``StructuredMapError/complexInRealMap`` for `fourier` in a real shape.
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

  /// A matrix from Haar measure on U(2): φ = asin √u, three uniform phases.
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

  /// A uniform number in [0, 1), a multiple of 2⁻⁵³, from one draw.
  private static func uniform(_ generator: inout some RandomNumberGenerator) -> Double {
    Double(generator.next() >> 11) * 0x1p-53
  }
}
