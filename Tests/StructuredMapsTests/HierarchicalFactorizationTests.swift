import StructuredMaps
import Testing

@Suite("Hierarchical factorization") struct HierarchicalFactorizationTests {
  @Test(
    "recovers any butterfly up to rounding", arguments: [2, 4, 8, 16, 32, 64], StrideDirection.allCases)
  func recovery(size: Int, direction: StrideDirection) throws {
    for field in NumberField.allCases {
      var map = ButterflyMatrix<Double>(size: size, direction: direction, field: field)
      map.parameters = randomNumbers(map.parameterCount, seed: 51)
      let found = try HierarchicalFactorization(map.dense(), direction: direction)
      #expect(found.relativeError < 1e-13)
      #expect(found.butterfly.direction == direction && found.butterfly.field == field)
      #expect(found.butterfly.dense().relativeError(to: map.dense()) == found.relativeError)
    }
  }

  @Test("finds the fast Fourier transform in a dense windowed DFT of 400 samples")
  func fourier() throws {
    let map = try KaleidoscopeMatrix.windowedDFT(
      size: 512, window: (0..<400).map { 0.54 - 0.46 * Complex.rootOfUnity($0, 399).real })
    let dense = map.dense()
    let (found, error) = try KaleidoscopeMatrix.approximating(dense)
    #expect(error < 1e-14)
    #expect(found.inputLength == 400 && found.outputLength == 512 && found.shape.blockCount == 2)
  }

  @Test("removes most of the noise from a butterfly", arguments: [1e-3, 1e-2, 1e-1])
  func noise(level: Double) throws {
    let clean = ButterflyMatrix(dftOfSize: 64, order: .bitReversedOutput, scale: .orthonormal).dense()
    var noisy = randomMatrix(64, 64, field: .complex, seed: 52)
    let factor = level * clean.frobeniusNorm / noisy.frobeniusNorm
    for i in noisy.elements.indices { noisy.elements[i] = clean.elements[i] + factor * noisy.elements[i] }
    let found = try HierarchicalFactorization(noisy, direction: .decreasing)
    // A butterfly has 4·64·6/2 free numbers of 64², so it cannot represent most of the noise.
    #expect(found.butterfly.dense().relativeError(to: clean) < level / 1.5)
    #expect(found.relativeError < level)
    #expect(found.relativeError > level / 2)
  }

  @Test("reports the error if no butterfly fits, and keeps zeros, tiny and huge values")
  func misfits() throws {
    let random = randomMatrix(16, 16, field: .real, seed: 53)
    let found = try HierarchicalFactorization(random, direction: .increasing)
    #expect(found.relativeError > 0.1 && found.relativeError < 1)
    let zero = try HierarchicalFactorization(DenseMatrix(rows: 8, columns: 8), direction: .increasing)
    #expect(zero.relativeError == 0)
    for scale in [1e-200, 1e200] {
      let tiny = DenseMatrix(rows: 4, columns: 4) { r, c in
        Complex(scale * Double((r & c).nonzeroBitCount % 2 * -2 + 1))
      }
      let result = try HierarchicalFactorization(tiny, direction: .increasing).butterfly.dense()
      #expect((0..<16).allSatisfy { abs(result.elements[$0].real / tiny.elements[$0].real - 1) < 1e-12 })
    }
  }

  @Test("rejects a matrix that is empty, too large or not finite")
  func refusals() {
    #expect(throws: StructuredMapError.outOfRange(.matrixRows, found: 0, allowed: 1...4096)) {
      try HierarchicalFactorization(DenseMatrix(rows: 0, columns: 0), direction: .increasing)
    }
    #expect(throws: StructuredMapError.outOfRange(.matrixColumns, found: 4097, allowed: 1...4096)) {
      try HierarchicalFactorization(DenseMatrix(rows: 1, columns: 4097), direction: .increasing)
    }
    #expect(throws: StructuredMapError.notPowerOfTwo(.size, found: 6)) {
      try HierarchicalFactorization(.identity(4), direction: .increasing, size: 6)
    }
    #expect(throws: StructuredMapError.outOfRange(.size, found: 2, allowed: 4...4096)) {
      try HierarchicalFactorization(.identity(4), direction: .increasing, size: 2)
    }
    #expect(throws: StructuredMapError.notFinite(.matrix, index: 1)) {
      var matrix = DenseMatrix.identity(2)
      matrix[0, 1] = Complex(.infinity)
      return try HierarchicalFactorization(matrix, direction: .increasing)
    }
  }
}
