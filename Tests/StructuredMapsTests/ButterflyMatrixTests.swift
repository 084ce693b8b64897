import StructuredMaps
import Testing

@Suite("A butterfly matrix") struct ButterflyMatrixTests {
  @Test("is the product of its factors", arguments: [2, 4, 16, 64], StrideDirection.allCases)
  func product(size: Int, direction: StrideDirection) throws {
    var map = ButterflyMatrix<Double>(size: size, direction: direction, field: .complex)
    map.parameters = randomNumbers(map.parameterCount, seed: 9)
    var x = randomVector(size, field: .complex, seed: 10)
    let y = map.applied(to: x)
    let strides = map.factors.map(\.stride)
    #expect(strides == (direction == .increasing ? strides.sorted() : strides.sorted().reversed()))
    for factor in map.factors { x = factor.applied(to: x) }
    #expect(largestDifference(x, y) < 1e-12)
    #expect(try ButterflyMatrix<Double>(factors: map.factors, direction: direction, field: .complex) == map)
  }

  @Test("conjugated by bit reversal is a butterfly of the other direction", arguments: [2, 4, 8, 32])
  func bitReversal(size: Int) {
    for direction in StrideDirection.allCases {
      var map = ButterflyMatrix<Double>(size: size, direction: direction, field: .complex)
      map.parameters = randomNumbers(map.parameterCount, seed: 11)
      let reversal = Permutation.bitReversal(size: size)
      let other = map.conjugatedByBitReversal()
      #expect(other.direction == direction.reversed)
      let x = randomVector(size, field: .complex, seed: 12)
      let expected = reversal.applied(to: map.applied(to: reversal.applied(to: x)))
      #expect(largestDifference(other.applied(to: x), expected) < 1e-13)
      #expect(other.conjugatedByBitReversal() == map)
    }
  }

  @Test("folds a diagonal into its first or last factor", arguments: StrideDirection.allCases)
  func diagonals(direction: StrideDirection) throws {
    var map = ButterflyMatrix<Double>(size: 16, direction: direction, field: .real)
    map.parameters = randomNumbers(map.parameterCount, seed: 13)
    for field in NumberField.allCases {
      let d = randomVector(16, field: field, seed: 14)
      let x = randomVector(16, field: .complex, seed: 15)
      let first = try map.foldingInput(diagonal: d)
      #expect(first.field == field)
      let scaled = zip(d, x).map(*)
      #expect(largestDifference(first.applied(to: x), map.applied(to: scaled)) < 1e-13)
      let last = try map.foldingOutput(diagonal: d)
      let expected = zip(d, map.applied(to: x)).map(*)
      #expect(largestDifference(last.applied(to: x), expected) < 1e-13)
    }
    #expect(throws: StructuredMapError.lengthMismatch(.diagonal, expected: 16, found: 3)) {
      try map.foldingInput(diagonal: [.one, .one, .one])
    }
  }

  @Test("merges two factors of the same stride into one")
  func merging() {
    for stride in [1, 2, 4] {
      let values = randomVector(32, field: .complex, seed: 16)
      let a = ButterflyFactor(size: 8, stride: stride) { i, _ in Array(values[(4 * i)..<(4 * i + 4)])
      }
      let b = ButterflyFactor(size: 8, stride: stride) { i, _ in
        Array(values[(16 + 4 * i)..<(20 + 4 * i)])
      }
      #expect(a.merged(after: b).dense().relativeError(to: a.dense() * b.dense()) < 1e-15)
    }
  }

  @Test("rejects factors of the wrong stride, number or field")
  func refusals() {
    let right = [ButterflyFactor(size: 4, stride: 1), ButterflyFactor(size: 4, stride: 2)]
    #expect(throws: StructuredMapError.strideMismatch(index: 0, expected: 2, found: 1)) {
      try ButterflyMatrix<Double>(factors: right, direction: .decreasing, field: .real)
    }
    #expect(throws: StructuredMapError.lengthMismatch(.factors, expected: 2, found: 1)) {
      try ButterflyMatrix<Double>(factors: [right[0]], direction: .increasing, field: .real)
    }
    #expect(throws: StructuredMapError.complexInRealMap) {
      let factor = right[0].foldingInput(diagonal: Array(repeating: .i, count: 4))
      return try ButterflyMatrix<Double>(factors: [factor, right[1]], direction: .increasing, field: .real)
    }
  }
}
