import StructuredMaps
import Testing

@Suite("A kaleidoscope matrix packed once per training step") struct LearningKaleidoscopeTests {
  static let shapes: [KaleidoscopeShape] = PackedKaleidoscopeTests.shapes.filter { $0.inputLength < 500 }

  @Test(
    "gives the values and gradients of the map to the bit, for real and complex rows", arguments: shapes)
  func sameBits(shape: KaleidoscopeShape) {
    let learning = LearningKaleidoscope(shape)
    for seed in [31, 32] as [UInt64] {
      let map = KaleidoscopeMatrix<Float>(randomMap(shape, seed: seed))
      map.parameters.withUnsafeBufferPointer { parameters in
        guard let base = parameters.baseAddress else { return }
        learning.setParameters(base)
      }
      for (count, inputField) in [1, 9, 35].flatMap({ count in NumberField.allCases.map { (count, $0) } })
      where shape.field == .complex || inputField == .real {
        expectSame(map, learning, count: count, inputField)
      }
    }
  }

  private func expectSame(
    _ map: KaleidoscopeMatrix<Float>, _ learning: LearningKaleidoscope, count: Int, _ inputField: NumberField
  ) {
    let (width, outputWidth) = (
      map.inputLength * inputField.planeCount, map.outputLength * map.field.planeCount
    )
    let input = PackedKaleidoscopeTests.numbers(count * width, seed: 33)
    let gradient = PackedKaleidoscopeTests.numbers(count * outputWidth, seed: 34)
    var workspace = MapWorkspace<Float>()
    func output(_ run: (VectorRows<Float>, MutableVectorRows<Float>) -> Void) -> [Float] {
      rows(input, count, map.inputLength, inputField, map.outputLength, map.field, run)
    }
    let expected = output { map.forward($0, into: $1, workspace: &workspace) }
    #expect(output { learning.forward($0, into: $1) } == expected)

    for wantsInput in [false, true] {
      var expectedGradient = [Float](repeating: 0, count: map.parameterCount)
      var found = expectedGradient
      func inputGradient(
        _ run: (VectorRows<Float>, VectorRows<Float>, MutableVectorRows<Float>?) -> Void
      ) -> [Float] {
        rows(input, count, map.inputLength, inputField, map.inputLength, inputField) { given, target in
          gradient.withUnsafeBufferPointer { gradient in
            guard let base = gradient.baseAddress else { return }
            let outputGradient = VectorRows(base, count: count, length: map.outputLength, field: map.field)
            run(given, outputGradient, wantsInput ? target : nil)
          }
        }
      }
      let one = inputGradient {
        map.backward(
          $0, outputGradient: $1, inputGradient: $2, parameterGradient: &expectedGradient,
          workspace: &workspace)
      }
      let other = inputGradient { given, outputGradient, target in
        found.withUnsafeMutableBufferPointer { found in
          guard let base = found.baseAddress else { return }
          learning.backward(
            given, outputGradient: outputGradient, inputGradient: target, parameterGradient: base)
        }
      }
      #expect(found == expectedGradient)
      if wantsInput { #expect(one == other) }
    }
  }

  /// The output rows of `run` for `input`.
  private func rows(
    _ input: [Float], _ count: Int, _ length: Int, _ field: NumberField, _ outputLength: Int,
    _ outputField: NumberField, _ run: (VectorRows<Float>, MutableVectorRows<Float>) -> Void
  ) -> [Float] {
    var output = [Float](repeating: 0, count: count * outputLength * outputField.planeCount)
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
}
