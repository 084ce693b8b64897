import StructuredMaps
import Testing

/// Compares gradients with central differences of L = Σ Re(conj(c)·y), whose output gradient is c.
func expectGradients<Map: StructuredMap<Double>>(
  of map: Map, inputField: NumberField, outputField: NumberField, count: Int
) {
  var input = VectorBatch<Double>(length: map.inputLength, count: count, field: inputField)
  var gradientOfOutput = VectorBatch<Double>(length: map.outputLength, count: count, field: outputField)
  for v in 0..<count {
    let x = randomVector(map.inputLength, field: inputField, seed: 100 + UInt64(v))
    for p in x.indices { input[v, p] = x[p] }
    let c = randomVector(map.outputLength, field: outputField, seed: 200 + UInt64(v))
    for p in c.indices { gradientOfOutput[v, p] = c[p] }
  }
  var workspace = MapWorkspace<Double>()
  func loss(_ map: Map, _ input: borrowing VectorBatch<Double>) -> Double {
    var output = VectorBatch<Double>(length: map.outputLength, count: count, field: outputField)
    map.forward(input, into: &output, workspace: &workspace)
    var sum = 0.0
    for v in 0..<count {
      for p in 0..<map.outputLength {
        let (c, y) = (gradientOfOutput[v, p], output[v, p])
        sum += c.real * y.real + c.imaginary * y.imaginary
      }
    }
    return sum
  }
  var inputGradient = VectorBatch<Double>(length: map.inputLength, count: count, field: inputField)
  var parameterGradient = Array(repeating: 1.0, count: map.parameterCount)
  map.backward(
    input, outputGradient: gradientOfOutput, inputGradient: &inputGradient,
    parameterGradient: &parameterGradient, workspace: &workspace)

  let step = 1e-5
  // All parameters of a small map, every n-th of a large one; n is odd, to hit every entry of the 2 × 2
  // matrices.
  for i in stride(from: 0, to: map.parameterCount, by: map.parameterCount / 48 | 1) {
    var (up, down) = (map, map)
    up.parameters[i] += step
    down.parameters[i] -= step
    let numeric = (loss(up, input) - loss(down, input)) / (2 * step)
    // The gradient was added to an initial 1.
    #expect(abs(parameterGradient[i] - 1 - numeric) < 1e-7 * max(1, abs(numeric)), "parameter \(i)")
  }
  for v in 0..<count {
    for p in 0..<map.inputLength {
      for part in inputField == .real ? [Complex(1)] : [Complex(1), Complex(0, 1)] {
        let original = input[v, p]
        input[v, p] = original + step * part
        let up = loss(map, input)
        input[v, p] = original - step * part
        let down = loss(map, input)
        input[v, p] = original
        let found = part.real == 1 ? inputGradient[v, p].real : inputGradient[v, p].imaginary
        #expect(abs(found - (up - down) / (2 * step)) < 1e-7 * max(1, abs(found)), "vector \(v), \(p)")
      }
    }
  }
  var alone = Array(repeating: 1.0, count: map.parameterCount)
  map.accumulateParameterGradient(
    input, outputGradient: gradientOfOutput, into: &alone, workspace: &workspace)
  if inputField == .complex || map.field == .complex || outputField == .complex {
    #expect(alone == parameterGradient)
  }
}

@Suite("Gradients equal finite differences") struct GradientTests {
  @Test("of a kaleidoscope matrix", arguments: sampleShapes)
  func kaleidoscope(shape: KaleidoscopeShape) {
    for inputField in NumberField.allCases {
      for outputField in NumberField.allCases {
        expectGradients(
          of: randomMap(shape, seed: 7), inputField: inputField, outputField: outputField, count: 3)
      }
    }
  }

  @Test("of a butterfly matrix over several tiles", arguments: StrideDirection.allCases, NumberField.allCases)
  func butterfly(direction: StrideDirection, field: NumberField) {
    var map = ButterflyMatrix<Double>(size: 8, direction: direction, field: field)
    map.parameters = randomNumbers(map.parameterCount, seed: 8)
    expectGradients(of: map, inputField: field, outputField: field, count: 19)
  }
}
