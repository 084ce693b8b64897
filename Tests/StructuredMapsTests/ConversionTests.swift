import Foundations
import StructuredMaps
import Testing

@Suite("Conversions of kaleidoscope matrices") struct ConversionTests {
  @Test(
    "a torch_butterfly tensor makes the round trip unchanged, with torch_butterfly's product",
    arguments: sampleShapes)
  func roundTrip(shape: KaleidoscopeShape) throws {
    guard shape.arrangement == .outputsConcatenated else { return }
    let map = randomMap(shape, seed: 31)
    let tensor = map.twiddleTensor
    #expect(tensor.shape == [shape.stackCount, shape.blockCount, shape.logSize, shape.size / 2, 2, 2])
    let back = try KaleidoscopeMatrix(
      torch: tensor, inputLength: shape.inputLength, outputLength: shape.outputLength,
      firstDirection: shape.firstDirection)
    #expect(back == map)
    let planes = shape.field.planeCount
    let twiddle = (0..<shape.planeStride).map {
      Complex(tensor.scalars[planes * $0], planes == 2 ? tensor.scalars[2 * $0 + 1] : 0)
    }
    let x = randomVector(shape.inputLength, field: .complex, seed: 32)
    let expected = torchProduct(
      shape: tensor.shape, twiddle: twiddle, increasingStride: shape.firstDirection == .increasing, input: x,
      outputLength: shape.outputLength)
    #expect(largestDifference(back.applied(to: x), expected) < 1e-12)
  }

  @Test("an invalid tensor is rejected")
  func hostileTensors() {
    func read(_ shape: [Int], _ count: Int, value: Float = 1, input: Int = 4) throws {
      _ = try KaleidoscopeMatrix(
        torch: TwiddleTensor(shape: shape, field: .real, scalars: Array(repeating: value, count: count)),
        inputLength: input, outputLength: 4, firstDirection: .decreasing)
    }
    #expect(throws: Never.self) { try read([1, 1, 2, 2, 2, 2], 16) }
    #expect(throws: StructuredMapError.lengthMismatch(.twiddle, expected: 16, found: 15)) {
      try read([1, 1, 2, 2, 2, 2], 15)
    }
    #expect(
      throws: StructuredMapError.shapeMismatch(
        .twiddle, expected: [1, 1, 2, 2, 2, 2], found: [1, 1, 2, 4, 2, 2])
    ) { try read([1, 1, 2, 4, 2, 2], 32) }
    for shape in [
      [], [1, 1, 2, 2, 2], [0, 1, 2, 2, 2, 2], [1, -1, 2, 2, 2, 2], [1, 1, 63, 1, 2, 2], [1, 1, 0, 0, 2, 2],
      [Int.max, 1, 2, 2, 2, 2], [Int.max, Int.max, 2, 2, 2, 2], [1, 1, -5, 2, 2, 2],
    ] {
      #expect(throws: StructuredMapError.self) { try read(shape, 16) }
    }
    #expect(throws: StructuredMapError.outOfRange(.inputLength, found: 5, allowed: 1...4)) {
      try read([1, 1, 2, 2, 2, 2], 16, input: 5)
    }
    #expect(throws: StructuredMapError.notFinite(.twiddle, index: 0)) {
      try read([1, 1, 2, 2, 2, 2], 16, value: .nan)
    }
  }

  @Test(
    "block directions are converted by bit reversal or by an identity block",
    arguments: StrideDirection.allCases
  )
  func directions(direction: StrideDirection) throws {
    let shape = try KaleidoscopeShape(
      inputLength: 16, outputLength: 32, blockCount: 3, firstDirection: direction, field: .complex)
    let map = randomMap(shape, seed: 33)
    let x = randomVector(16, field: .complex, seed: 34)
    let reversal = Permutation.bitReversal(size: 16)
    let y = map.applied(to: reversal.applied(to: x))
    let expected = reversal.applied(to: Array(y[0..<16])) + reversal.applied(to: Array(y[16...]))
    let other = map.conjugatedByBitReversal()
    #expect(other.shape.firstDirection == direction.reversed)
    #expect(largestDifference(other.applied(to: x), expected) < 1e-12)
    let longer = try map.beginning(with: direction.reversed)
    #expect(longer.shape.firstDirection == direction.reversed && longer.shape.blockCount == 4)
    #expect(longer.applied(to: x) == map.applied(to: x))
    #expect(try map.beginning(with: direction) == map)
  }

  @Test("a product of butterflies alternates directions, with identities inserted where needed")
  func products() throws {
    var blocks: [ButterflyMatrix<Double>] = []
    for (index, direction) in [StrideDirection.increasing, .increasing, .decreasing, .decreasing].enumerated()
    {
      var block = ButterflyMatrix<Double>(size: 8, direction: direction, field: .real)
      block.parameters = randomNumbers(block.parameterCount, seed: 35 + UInt64(index))
      blocks.append(block)
    }
    let expected = blocks.reduce(DenseMatrix.identity(8)) { $1.dense() * $0 }
    let map = try KaleidoscopeMatrix(product: blocks)
    #expect(map.shape.blockCount == 6)
    #expect(map.dense().relativeError(to: expected) < 1e-14)
    let whole = try KaleidoscopeMatrix(product: blocks, asWholeWidths: true)
    #expect(whole.shape.firstDirection == .decreasing && whole.shape.blockCount % 2 == 0)
    #expect(whole.dense().relativeError(to: expected) < 1e-14)
    let wrong = ButterflyMatrix<Double>(size: 4, direction: .decreasing, field: .real)
    #expect(throws: StructuredMapError.lengthMismatch(.size, expected: 8, found: 4)) {
      try KaleidoscopeMatrix(product: blocks + [wrong])
    }
    #expect(throws: StructuredMapError.self) {
      try KaleidoscopeMatrix(product: [ButterflyMatrix<Double>]())
    }
  }

  @Test("scaling a map multiplies its dense matrix", arguments: [2.5, -0.1, 0.0])
  func scaling(factor: Double) {
    for shape in sampleShapes {
      let map = randomMap(shape, seed: 36)
      var expected = map.dense()
      for i in expected.elements.indices { expected.elements[i] = factor * expected.elements[i] }
      #expect(map.scaled(by: factor).dense().relativeError(to: expected) < 1e-13)
    }
  }
}
