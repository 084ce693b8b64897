import StructuredMaps
import TestSupport

/// A map of torch_butterfly's shape whose entries keep the magnitude of vectors.
func sampleMap(
  size: Int, blocks: Int, first: StrideDirection, field: NumberField, seed: UInt64
) -> KaleidoscopeMatrix<Double> {
  guard
    let shape = try? KaleidoscopeShape(
      inputLength: size, outputLength: size, blockCount: blocks, firstDirection: first, field: field)
  else { preconditionFailure("invalid shape in a test") }
  var map = KaleidoscopeMatrix<Double>(identity: shape)
  // Exactly representable in Float, so that both precisions run the same map.
  map.parameters = randomNumbers(shape.parameterCount, seed: seed).map {
    Double(Float($0 * (field == .complex ? 0.85 : 1.2)))
  }
  return map
}

/// Values and gradients of one run, in double precision.
struct KernelRun {
  var output: [[Complex]]
  var inputGradient: [[Complex]]
  var parameterGradient: [Double]
}

/// Runs seeded vectors forward and backward; `scale` is a power of two.
func kernelRun<Scalar: MapScalar>(
  _ map: KaleidoscopeMatrix<Scalar>, count: Int, field: NumberField, scale: Double = 1
) -> KernelRun {
  var input = VectorBatch<Scalar>(length: map.inputLength, count: count, field: field)
  var outputGradient = VectorBatch<Scalar>(length: map.outputLength, count: count, field: field)
  for v in 0..<count {
    let x = randomVector(map.inputLength, field: field, seed: 300 + UInt64(v))
    for p in x.indices {
      input[v, p] = scale * Complex(Double(Float(x[p].real)), Double(Float(x[p].imaginary)))
    }
    let g = randomVector(map.outputLength, field: field, seed: 600 + UInt64(v))
    for p in g.indices {
      outputGradient[v, p] = Complex(Double(Float(g[p].real)), Double(Float(g[p].imaginary)))
    }
  }
  var output = VectorBatch<Scalar>(length: map.outputLength, count: count, field: field)
  var inputGradient = VectorBatch<Scalar>(length: map.inputLength, count: count, field: field)
  var parameterGradient = [Scalar](repeating: 0, count: map.parameterCount)
  var workspace = MapWorkspace<Scalar>()
  map.forward(input, into: &output, workspace: &workspace)
  map.backward(
    input, outputGradient: outputGradient, inputGradient: &inputGradient,
    parameterGradient: &parameterGradient, workspace: &workspace)
  return KernelRun(
    output: vectors(of: output), inputGradient: vectors(of: inputGradient),
    parameterGradient: parameterGradient.map { Double($0) })
}

func vectors<Scalar: MapScalar>(of batch: borrowing VectorBatch<Scalar>) -> [[Complex]] {
  var vectors: [[Complex]] = []
  for v in 0..<batch.count { vectors.append(batch.vector(v)) }
  return vectors
}

/// The largest difference relative to the largest expected value.
func relativeDifference(_ found: [Double], _ expected: [Double]) -> Double {
  guard found.count == expected.count else { return .infinity }
  let largest = expected.reduce(0) { max($0, abs($1)) }
  let difference = zip(found, expected).reduce(0) {
    ($1.0 - $1.1).isNaN ? .infinity : max($0, abs($1.0 - $1.1))
  }
  return largest > 0 ? difference / largest : difference
}

func flattened(_ vectors: [[Complex]]) -> [Double] {
  vectors.flatMap { $0.flatMap { [$0.real, $0.imaginary] } }
}
