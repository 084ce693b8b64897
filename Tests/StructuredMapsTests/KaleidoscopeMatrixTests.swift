import StructuredMaps
import Testing

/// Shapes of both kinds: the paper's and torch_butterfly's, with stacks.
let sampleShapes: [KaleidoscopeShape] = {
  var shapes: [KaleidoscopeShape] = []
  for field in NumberField.allCases {
    for (input, output, width, expansion) in [
      (8, 8, 1, 1), (5, 7, 1, 2), (12, 3, 2, 1), (1, 1, 1, 1), (3, 20, 1, 4),
    ] {
      if let shape = try? KaleidoscopeShape(
        inputLength: input, outputLength: output, width: width, expansion: expansion, field: field)
      {
        shapes.append(shape)
      }
    }
    for direction in StrideDirection.allCases {
      for (input, output, blocks) in [(8, 8, 1), (6, 19, 2), (16, 5, 3)] {
        if let shape = try? KaleidoscopeShape(
          inputLength: input, outputLength: output, blockCount: blocks, firstDirection: direction,
          field: field)
        {
          shapes.append(shape)
          shapes.append(shape.transposed)
        }
      }
    }
  }
  return shapes
}()

@Suite("A kaleidoscope matrix") struct KaleidoscopeMatrixTests {
  @Test("multiplies by torch_butterfly's definition", arguments: sampleShapes)
  func definition(shape: KaleidoscopeShape) {
    guard shape.arrangement == .outputsConcatenated else { return }
    let map = randomMap(shape, seed: 1)
    let x = randomVector(shape.inputLength, field: .complex, seed: 2)
    let expected = torchProduct(
      shape: shape.twiddleShape, twiddle: complexTwiddle(map),
      increasingStride: shape.firstDirection == .increasing, input: x, outputLength: shape.outputLength)
    #expect(largestDifference(map.applied(to: x), expected) < 1e-12)
  }

  @Test("is S E Sᵀ, the corner of the product of its dense factors", arguments: sampleShapes)
  func corner(shape: KaleidoscopeShape) {
    guard shape.stackCount == 1 else { return }
    let map = randomMap(shape, seed: 3)
    var dense = DenseMatrix.identity(shape.size)
    for index in 0..<shape.blockCount {
      for factor in map.block(index).factors { dense = factor.dense() * dense }
    }
    let corner = dense.resized(rows: shape.outputLength, columns: shape.inputLength)
    #expect(map.dense().relativeError(to: corner) < 1e-13)
  }

  @Test("transposes and conjugates like its dense matrix, stacks included", arguments: sampleShapes)
  func transpose(shape: KaleidoscopeShape) {
    let map = randomMap(shape, seed: 4)
    let dense = map.dense()
    #expect(map.transposed().dense().relativeError(to: dense.transposed()) < 1e-13)
    #expect(map.conjugated().dense().relativeError(to: dense.conjugated()) < 1e-15)
    #expect(map.adjoint().dense().relativeError(to: dense.transposed().conjugated()) < 1e-13)
    #expect(map.transposed().transposed() == map)
  }

  @Test(
    "gives a vector the same bits alone as in a batch of any size and field",
    arguments: [1, 2, 7, 8, 9, 15, 16, 17, 33], NumberField.allCases)
  func batching(count: Int, field: NumberField) throws {
    let shape = try KaleidoscopeShape(inputLength: 11, outputLength: 13, field: field)
    let map = KaleidoscopeMatrix<Float>(randomMap(shape, seed: 5))
    for inputField in NumberField.allCases {
      for outputField in NumberField.allCases {
        var input = VectorBatch<Float>(length: 11, count: count, field: inputField)
        for v in 0..<count {
          let x = randomVector(11, field: inputField, seed: UInt64(v) + 50)
          for p in 0..<11 { input[v, p] = x[p] }
        }
        var output = VectorBatch<Float>(length: 13, count: count, field: outputField)
        var workspace = MapWorkspace<Float>()
        map.forward(input, into: &output, workspace: &workspace)
        for v in 0..<count {
          var alone = map.applied(to: input.vector(v))
          if outputField == .real { for p in 0..<13 { alone[p].imaginary = 0 } }
          #expect(output.vector(v) == alone)
        }
      }
    }
  }

  @Test("keeps unused lanes of a batch out of gradients")
  func staleLanes() throws {
    let shape = try KaleidoscopeShape(inputLength: 8, outputLength: 8, field: .complex)
    let map = randomMap(shape, seed: 6)
    var input = VectorBatch<Double>(length: 8, count: 8, field: .complex)
    for v in 0..<8 { for p in 0..<8 { input[v, p] = Complex(.nan, .infinity) } }
    input.resize(count: 3)
    for v in 0..<3 { for p in 0..<8 { input[v, p] = Complex(1, 2) } }
    var gradient = Array(repeating: 0.0, count: map.parameterCount)
    var workspace = MapWorkspace<Double>()
    map.accumulateParameterGradient(input, outputGradient: input, into: &gradient, workspace: &workspace)
    #expect(gradient.allSatisfy { $0.isFinite })
  }

  @Test("has 4 w n e log2(n e) parameters", arguments: [(512, 1, 1), (256, 2, 2), (8, 3, 4)])
  func parameterCounts(n: Int, w: Int, e: Int) throws {
    let padded = n * e
    let expected = 4 * w * padded * padded.trailingZeroBitCount
    for field in NumberField.allCases {
      let shape = try KaleidoscopeShape(
        inputLength: n, outputLength: n, width: w, expansion: e, field: field)
      let map = KaleidoscopeMatrix<Float>(identity: shape)
      #expect(map.parameterCount == expected * field.planeCount)
      // A 2 × 2 product is 28 operations for a complex pair and 6 for a real one.
      #expect(map.operationCount.total == expected / 4 * (field == .complex ? 28 : 6))
    }
  }

  @Test("rejects shapes that are too small, too large or not a power of two")
  func refusals() {
    #expect(throws: StructuredMapError.outOfRange(.inputLength, found: 0, allowed: 1...(1 << 20))) {
      try KaleidoscopeShape(inputLength: 0, outputLength: 4, field: .real)
    }
    #expect(throws: StructuredMapError.outOfRange(.outputLength, found: .max, allowed: 1...(1 << 20))) {
      try KaleidoscopeShape(inputLength: 4, outputLength: .max, field: .real)
    }
    #expect(throws: StructuredMapError.notPowerOfTwo(.expansion, found: 3)) {
      try KaleidoscopeShape(inputLength: 4, outputLength: 4, expansion: 3, field: .real)
    }
    #expect(throws: StructuredMapError.outOfRange(.expansion, found: 1 << 20, allowed: 1...(1 << 18))) {
      try KaleidoscopeShape(inputLength: 4, outputLength: 4, expansion: 1 << 20, field: .real)
    }
    #expect(throws: StructuredMapError.self) {
      try KaleidoscopeShape(
        inputLength: 1 << 20, outputLength: 1 << 20, width: 64, field: .complex)
    }
    #expect(throws: StructuredMapError.self) {
      try KaleidoscopeMatrix<Float>(
        shape: KaleidoscopeShape(inputLength: 4, outputLength: 4, field: .real), parameters: [1])
    }
  }
}
