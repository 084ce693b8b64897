import StructuredMaps
import Testing

/// The output rows of `run`, `[count, outputLength]`, for input rows `[count, length]`.
private func outputRows<Scalar: MapScalar>(
  of input: [Scalar], count: Int, _ length: Int, _ field: NumberField, outputLength: Int,
  _ outputField: NumberField, _ run: (VectorRows<Scalar>, MutableVectorRows<Scalar>) -> Void
) -> [Scalar] {
  var output = [Scalar](repeating: .nan, count: count * outputLength * outputField.planeCount)
  input.withUnsafeBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      guard let from = input.baseAddress, let to = output.baseAddress else { return }
      run(
        VectorRows(from, count: count, length: length, field: field),
        MutableVectorRows(to, count: count, length: outputLength, field: outputField))
    }
  }
  return output
}

@Suite("A kaleidoscope matrix packed for inference") struct PackedKaleidoscopeTests {
  /// Sizes with and without the separate path of single vectors; padded, truncated, with stacks.
  static let shapes: [KaleidoscopeShape] = {
    var shapes = sampleShapes
    for field in NumberField.allCases {
      for (input, output) in [(64, 64), (50, 40), (100, 300), (400, 512)] {
        for direction in StrideDirection.allCases {
          for blocks in 1...3 {
            if let shape = try? KaleidoscopeShape(
              inputLength: input, outputLength: output, blockCount: blocks, firstDirection: direction,
              field: field)
            {
              shapes.append(shape)
              if blocks == 2 { shapes.append(shape.transposed) }
            }
          }
        }
      }
    }
    return shapes
  }()

  static func numbers(_ count: Int, seed: UInt64) -> [Float] {
    randomNumbers(count, seed: seed).map { Float($0) }
  }

  @Test("gives a single vector the bits of a batch", arguments: shapes)
  func alone(shape: KaleidoscopeShape) {
    let map = KaleidoscopeMatrix<Float>(randomMap(shape, seed: 21))
    let packed = PackedKaleidoscope(map)
    var workspace = MapWorkspace<Float>()
    for inputField in NumberField.allCases {
      for outputField in NumberField.allCases {
        let count = 5
        let (width, outputWidth) = (
          map.inputLength * inputField.planeCount, map.outputLength * outputField.planeCount
        )
        let input = Self.numbers(count * width, seed: 22)
        let expected = outputRows(
          of: input, count: count, map.inputLength, inputField, outputLength: map.outputLength, outputField
        ) { map.forward($0, into: $1, workspace: &workspace) }
        let together = outputRows(
          of: input, count: count, map.inputLength, inputField, outputLength: map.outputLength, outputField
        ) { packed.forward($0, into: $1, workspace: &workspace) }
        #expect(together == expected)
        for v in 0..<count {
          let alone = outputRows(
            of: Array(input[(v * width)..<((v + 1) * width)]), count: 1, map.inputLength, inputField,
            outputLength: map.outputLength, outputField
          ) { packed.forward($0, into: $1, workspace: &workspace) }
          #expect(alone == Array(expected[(v * outputWidth)..<((v + 1) * outputWidth)]))
        }
        var batch = VectorBatch<Float>(length: map.inputLength, count: 1, field: inputField)
        if inputField == .complex {
          batch.load(interleavedRows: input, rowStride: width)
        } else {
          batch.load(rows: input, rowStride: width)
        }
        var output = VectorBatch<Float>(length: map.outputLength, count: 1, field: outputField)
        packed.forward(batch, into: &output, workspace: &workspace)
        for p in 0..<map.outputLength {
          let at = p * outputField.planeCount
          #expect(output[0, p].real == Double(expected[at]))
          if outputField == .complex { #expect(output[0, p].imaginary == Double(expected[at + 1])) }
        }
      }
    }
  }

  @Test(
    "runs rows like a batch, as does one not packed, values and gradients, in both precisions",
    arguments: shapes)
  func rows(shape: KaleidoscopeShape) {
    expectRows(randomMap(shape, seed: 23))
    expectRows(KaleidoscopeMatrix<Float>(randomMap(shape, seed: 23)))
  }

  private func expectRows<Scalar: MapScalar>(_ map: KaleidoscopeMatrix<Scalar>) {
    let field = map.field
    for count in [1, 9, 35] where count < 35 || map.inputLength < 100 {
      let (width, outputWidth) = (map.inputLength * field.planeCount, map.outputLength * field.planeCount)
      let input = randomNumbers(count * width, seed: 24).map { Scalar($0) }
      let gradient = randomNumbers(count * outputWidth, seed: 25).map { Scalar($0) }
      var inputs = VectorBatch<Scalar>(length: map.inputLength, count: count, field: field)
      var gradients = VectorBatch<Scalar>(length: map.outputLength, count: count, field: field)
      if field == .complex {
        inputs.load(interleavedRows: input, rowStride: width)
        gradients.load(interleavedRows: gradient, rowStride: outputWidth)
      } else {
        inputs.load(rows: input, rowStride: width)
        gradients.load(rows: gradient, rowStride: outputWidth)
      }
      var workspace = MapWorkspace<Scalar>()
      var output = VectorBatch<Scalar>(length: map.outputLength, count: count, field: field)
      var inputGradient = VectorBatch<Scalar>(length: map.inputLength, count: count, field: field)
      var expected = [Scalar](repeating: 1, count: map.parameterCount)
      map.forward(inputs, into: &output, workspace: &workspace)
      map.backward(
        inputs, outputGradient: gradients, inputGradient: &inputGradient, parameterGradient: &expected,
        workspace: &workspace)

      let outputRows = StructuredMapsTests.outputRows(
        of: input, count: count, map.inputLength, field, outputLength: map.outputLength, field
      ) { map.forward($0, into: $1, workspace: &workspace) }
      var found = [Scalar](repeating: 1, count: map.parameterCount)
      let gradientRows = StructuredMapsTests.outputRows(
        of: input, count: count, map.inputLength, field, outputLength: map.inputLength, field
      ) { rows, gradientRows in
        gradient.withUnsafeBufferPointer { gradient in
          guard let base = gradient.baseAddress else { return }
          map.backward(
            rows, outputGradient: VectorRows(base, count: count, length: map.outputLength, field: field),
            inputGradient: gradientRows, parameterGradient: &found, workspace: &workspace)
        }
      }
      #expect(found == expected)
      for v in 0..<count {
        for p in 0..<map.outputLength {
          let at = v * outputWidth + p * field.planeCount
          #expect(Scalar(output[v, p].real) == outputRows[at])
          if field == .complex { #expect(Scalar(output[v, p].imaginary) == outputRows[at + 1]) }
        }
        for p in 0..<map.inputLength {
          let at = v * width + p * field.planeCount
          #expect(Scalar(inputGradient[v, p].real) == gradientRows[at])
          if field == .complex { #expect(Scalar(inputGradient[v, p].imaginary) == gradientRows[at + 1]) }
        }
      }
    }
  }
}
