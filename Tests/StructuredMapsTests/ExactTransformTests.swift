import Foundations
import StructuredMaps
import TestSupport
import Testing

/// Entry (k, t) of the DFT matrix, by its definition.
private func dftEntry(_ k: Int, _ t: Int, _ n: Int, sign: Int = -1) -> Complex {
  .rootOfUnity(sign * k * t, n)
}

@Suite("Exact constructions equal their dense definitions up to rounding") struct ExactTransformTests {
  static let sizes = [2, 4, 8, 32, 128]

  @Test("roots of unity are exact at quarter turns and have magnitude 1 elsewhere")
  func roots() {
    #expect(Complex.rootOfUnity(1, 4) == .i)
    #expect(Complex.rootOfUnity(-6, 4) == Complex(-1))
    #expect(Complex.rootOfUnity(7, 7) == .one)
    for k in -40..<40 {
      let z = Complex.rootOfUnity(k, 24)
      #expect(abs(z.squaredMagnitude - 1) < 4e-16)
      #expect(z.conjugate == Complex.rootOfUnity(-k, 24))
    }
  }

  @Test("the DFT and its inverse, as one butterfly of either order and as (𝓑𝓑*)²", arguments: sizes)
  func dft(n: Int) throws {
    for direction in FourierDirection.allCases {
      let sign = direction == .forward ? -1 : 1
      for scale in TransformScale.allCases {
        let factor = scale == .unscaled ? 1 : scale == .inverse ? 1 / Double(n) : 1 / Double(n).squareRoot()
        let expected = DenseMatrix(rows: n, columns: n) { factor * dftEntry($0, $1, n, sign: sign) }
        for order in [FourierOrder.bitReversedInput, .bitReversedOutput] {
          let transform = try TransformFactorization.dft(
            size: n, order: order, direction: direction, scale: scale)
          let map = try transform.kaleidoscope()
          #expect(map.dense().relativeError(to: expected) < 2e-15)
          #expect(map.shape.firstDirection == .decreasing && map.shape.blockCount == 4)
          let x = randomVector(n, field: .complex, seed: 21)
          #expect(largestDifference(transform.applied(to: x), product(expected, x)) < 1e-12)
        }
      }
    }
    let identity =
      try KaleidoscopeMatrix.dft(size: n, direction: .backward, scale: .inverse).dense()
      * KaleidoscopeMatrix.dft(size: n).dense()
    #expect(identity.relativeError(to: .identity(n)) < 1e-14)
  }

  @Test("the real DFT of padded real samples", arguments: [(8, 8), (32, 20), (512, 400)])
  func realDFT(n: Int, inputLength: Int) throws {
    let map = try KaleidoscopeMatrix.realDFT(size: n, inputLength: inputLength)
    let expected = DenseMatrix(rows: n / 2 + 1, columns: inputLength) { dftEntry($0, $1, n) }
    #expect(map.dense().relativeError(to: expected) < 2e-15)
  }

  @Test("window, zero padding and DFT as one butterfly, bins in bit-reversed order")
  func windowedDFT() throws {
    let window = (0..<400).map { 0.54 - 0.46 * Complex.rootOfUnity($0, 399).real }
    let map = try KaleidoscopeMatrix.windowedDFT(size: 512, window: window)
    let reversal = Permutation.bitReversal(size: 512)
    let expected = DenseMatrix(rows: 512, columns: 400) { window[$1] * dftEntry(reversal[$0], $1, 512) }
    #expect(map.dense().relativeError(to: expected) < 2e-15)
    #expect(map.parameterCount == 36_864)
    #expect(map.block(1) == ButterflyMatrix(size: 512, direction: .increasing, field: .complex))
    // Bins 0 … 255 are at even positions; mel pooling relies on it.
    #expect((0..<512).allSatisfy { (reversal[$0] < 256) == ($0 % 2 == 0) })
  }

  @Test("DCT and DST of types II and IV", arguments: sizes, TrigonometricTransform.allCases)
  func trigonometric(n: Int, transform: TrigonometricTransform) throws {
    for scale in TransformScale.allCases {
      let expected = DenseMatrix(rows: n, columns: n) {
        Complex(transform.scaleFactor(row: $0, size: n, scale) * transform.entry($0, $1, size: n))
      }
      if scale == .orthonormal {
        #expect((expected * expected.transposed()).relativeError(to: .identity(n)) < 1e-14)
      }
      let factorization = try TransformFactorization.trigonometric(transform, size: n, scale: scale)
      let map = try factorization.kaleidoscope()
      let dense = map.dense()
      let real = DenseMatrix(rows: n, columns: n) { Complex(dense[$0, $1].real) }
      #expect(real.relativeError(to: expected) < 3e-15)
      let x = randomVector(n, field: .real, seed: 22)
      #expect(largestDifference(factorization.applied(to: x), product(expected, x)) < 1e-12)
    }
  }

  @Test("the first outputs of a windowed DCT-II, as one butterfly of 640 real parameters")
  func windowedCosine() throws {
    let window = (0..<32).map { Complex(0.54 - 0.46 * Complex.rootOfUnity($0, 31).real) }
    let transform = try TransformFactorization.trigonometric(.dct2, size: 32, scale: .orthonormal)
      .foldingInput(diagonal: window)
    #expect(transform.butterflies[0].parameterCount == 640)
    let x = randomVector(32, field: .real, seed: 23)
    let y = transform.applied(to: x)
    for k in 0..<11 {
      let expected = (0..<32).reduce(0.0) {
        $0 + TrigonometricTransform.dct2.scaleFactor(row: k, size: 32, .orthonormal)
          * TrigonometricTransform.dct2.entry(k, $1, size: 32) * window[$1].real * x[$1].real
      }
      #expect(abs(y[k].real - expected) < 1e-14)
    }
  }

  @Test("the Hadamard transform in either direction, and the Haar transform", arguments: sizes)
  func hadamardAndHaar(n: Int) throws {
    for direction in StrideDirection.allCases {
      let map = try ButterflyMatrix<Double>.hadamard(size: n, direction: direction)
      let expected = DenseMatrix(rows: n, columns: n) {
        Complex(($0 & $1).nonzeroBitCount % 2 == 0 ? 1 : -1)
      }
      #expect(map.dense() == expected)
    }
    // Row 0 is the mean, row 2^l + m the step number m of level l.
    let haar = DenseMatrix(rows: n, columns: n) { k, t in
      guard k > 0 else { return Complex(1 / Double(n).squareRoot()) }
      let level = Int.bitWidth - 1 - k.leadingZeroBitCount
      let support = n >> level
      let within = t - (k - (1 << level)) * support
      guard (0..<support).contains(within) else { return .zero }
      return Complex((within < support / 2 ? 1 : -1) / Double(support).squareRoot())
    }
    let map = try TransformFactorization.haar(size: n).kaleidoscope()
    #expect(map.dense().relativeError(to: haar) < 1e-15)
    #expect(map.field == .real)
  }

  @Test("a circulant matrix of any length, as one 𝓑𝓑*", arguments: [1, 2, 3, 7, 8, 12, 64])
  func circulant(n: Int) throws {
    for field in NumberField.allCases {
      let c = randomVector(n, field: field, seed: 24)
      let map = try KaleidoscopeMatrix.circulant(firstColumn: c)
      let expected = DenseMatrix(rows: n, columns: n) { c[($0 - $1 + n) % n] }
      #expect(map.dense().relativeError(to: expected) < 1e-14)
      #expect(map.shape.blockCount == 2 && map.shape.firstDirection == .decreasing)
    }
  }

  @Test(
    "a Toeplitz matrix of any lengths, as one 𝓑𝓑* with expansion",
    arguments: [(1, 1), (4, 4), (5, 3), (2, 9), (16, 16)])
  func toeplitz(rows: Int, columns: Int) throws {
    let (c, r) = (randomVector(rows, field: .real, seed: 25), randomVector(columns, field: .real, seed: 26))
    let map = try KaleidoscopeMatrix.toeplitz(firstColumn: c, firstRow: r)
    let expected = DenseMatrix(rows: rows, columns: columns) { $0 >= $1 ? c[$0 - $1] : r[$1 - $0] }
    #expect(map.dense().relativeError(to: expected) < 1e-14)
    #expect(map.shape.blockCount == 2)
  }

  @Test("every permutation of 2 or 4 positions and random larger ones, as one real 𝓑𝓑* of swaps")
  func permutations() throws {
    var all: [[Int]] = [[0, 1], [1, 0]]
    for a in 0..<4 { for b in 0..<4 { for c in 0..<4 { all.append([a, b, c, 6 - a - b - c]) } } }
    var generator = SplitMix64(seed: 27)
    for size in [8, 16, 64, 512] { for _ in 0..<5 { all.append((0..<size).shuffled(using: &generator)) } }
    all.append(Permutation.bitReversal(size: 256).sources)
    var count = 0
    for sources in all where Set(sources) == Set(0..<sources.count) {
      count += 1
      let permutation = try Permutation(sources)
      let map = try KaleidoscopeMatrix<Double>(permutation)
      let x = randomVector(sources.count, field: .real, seed: 28)
      #expect(map.applied(to: x) == permutation.applied(to: x), "\(sources)")
      #expect(map.parameters.allSatisfy { $0 == 0 || $0 == 1 })
      #expect(map.shape.blockCount == 2 && map.shape.firstDirection == .decreasing)
    }
    #expect(count == 2 + 24 + 20 + 1)
  }

  @Test("lengths without a construction are rejected")
  func refusals() {
    #expect(throws: StructuredMapError.notPowerOfTwo(.size, found: 12)) {
      try KaleidoscopeMatrix.dft(size: 12)
    }
    #expect(throws: StructuredMapError.notPowerOfTwo(.permutation, found: 3)) {
      try KaleidoscopeMatrix<Double>(Permutation([2, 0, 1]))
    }
    #expect(throws: StructuredMapError.notPermutation(index: 1, found: 0)) { try Permutation([0, 0]) }
    #expect(throws: StructuredMapError.notPermutation(index: 0, found: -1)) { try Permutation([-1, 0]) }
    #expect(throws: StructuredMapError.self) { try KaleidoscopeMatrix.circulant(firstColumn: []) }
    #expect(throws: StructuredMapError.self) {
      try KaleidoscopeMatrix.windowedDFT(size: 8, window: Array(repeating: 1, count: 9))
    }
  }
}
