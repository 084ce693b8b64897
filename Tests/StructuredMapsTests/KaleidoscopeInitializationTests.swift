import Foundations
import StructuredMaps
import TestSupport
import Testing

@Suite("A kaleidoscope initialization") struct KaleidoscopeInitializationTests {
  @Test(
    "orthogonal gives an orthogonal or unitary map for any number of blocks", arguments: NumberField.allCases)
  func orthogonal(field: NumberField) throws {
    for width in [1, 2, 4] {
      let shape = try KaleidoscopeShape(inputLength: 32, outputLength: 32, width: width, field: field)
      var generator = SplitMix64(seed: 41)
      let map = try KaleidoscopeMatrix<Double>(shape, .orthogonal, using: &generator)
      let dense = map.dense()
      #expect((dense * map.adjoint().dense()).relativeError(to: .identity(32)) < 1e-13)
      #expect(dense.relativeError(to: .identity(32)) > 0.5)
      var again = SplitMix64(seed: 41)
      #expect(try KaleidoscopeMatrix<Double>(shape, .orthogonal, using: &again) == map)
    }
  }

  @Test("orthogonal gives unitary pairs with the moments of Haar measure")
  func haarMoments() throws {
    let shape = try KaleidoscopeShape(inputLength: 1024, outputLength: 1024, field: .complex)
    var generator = SplitMix64(seed: 42)
    let map = try KaleidoscopeMatrix<Double>(shape, .orthogonal, using: &generator)
    let twiddle = complexTwiddle(map)
    // E|u|² = 1/2 and E|u|⁴ = 1/3 for each entry of a Haar 2 × 2; E u = 0, E u² = 0.
    for entry in 0..<4 {
      let values = stride(from: entry, to: twiddle.count, by: 4).map { twiddle[$0] }
      let count = Double(values.count)
      let second = values.reduce(0.0) { $0 + $1.squaredMagnitude } / count
      let fourth = values.reduce(0.0) { $0 + $1.squaredMagnitude * $1.squaredMagnitude } / count
      let mean = (1 / count) * values.reduce(Complex.zero) { $0 + $1 }
      let square = (1 / count) * values.reduce(Complex.zero) { $0 + $1 * $1 }
      #expect(abs(second - 0.5) < 0.012 && abs(fourth - 1.0 / 3) < 0.012)
      #expect(mean.squaredMagnitude < 4e-4 && square.squaredMagnitude < 4e-4)
    }
  }

  @Test("fourier gives the orthonormal DFT in bit-reversed order, identity the identity")
  func fourierAndIdentity() throws {
    let shape = try KaleidoscopeShape(inputLength: 12, outputLength: 16, width: 2, field: .complex)
    var generator = SplitMix64(seed: 43)
    let map = try KaleidoscopeMatrix<Double>(shape, .fourier, using: &generator)
    let reversal = Permutation.bitReversal(size: 16)
    let expected = DenseMatrix(rows: 16, columns: 12) {
      0.25 * Complex.rootOfUnity(-reversal[$0] * $1, 16)
    }
    #expect(map.dense().relativeError(to: expected) < 1e-15)
    let identity = try KaleidoscopeMatrix<Float>(shape, .identity, using: &generator)
    #expect(identity.dense() == DenseMatrix.identity(16).resized(rows: 16, columns: 12))
    var realShape = shape
    realShape.field = .real
    #expect(throws: StructuredMapError.complexInRealMap) {
      try KaleidoscopeMatrix<Double>(realShape, .fourier, using: &generator)
    }
  }
}
