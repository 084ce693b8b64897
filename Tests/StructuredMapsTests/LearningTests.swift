import Foundations
import Glibc
import StructuredMaps
import TestSupport
import Testing

/// Learns a map from pairs of vectors by Adam with cosine decay to zero; returns the last root mean squared
/// error.
///
/// Source: Kingma and Ba, "Adam", ICLR 2015.
private func learn(
  _ map: inout KaleidoscopeMatrix<Double>, steps: Int, rate: Double, seed: UInt64,
  target: ([Complex]) -> [Complex]
) -> Double {
  let batch = 32
  var generator = SplitMix64(seed: seed)
  var input = VectorBatch<Double>(length: map.inputLength, count: batch, field: map.field)
  var output = VectorBatch<Double>(length: map.outputLength, count: batch, field: map.field)
  var inputGradient = VectorBatch<Double>(length: map.inputLength, count: batch, field: map.field)
  var workspace = MapWorkspace<Double>()
  var first = [Double](repeating: 0, count: map.parameterCount)
  var second = first
  var error = 0.0
  for step in 1...steps {
    for v in 0..<batch {
      for p in 0..<map.inputLength {
        let im = map.field == .complex ? Double.random(in: -1...1, using: &generator) : 0
        input[v, p] = Complex(Double.random(in: -1...1, using: &generator), im)
      }
    }
    map.forward(input, into: &output, workspace: &workspace)
    error = 0
    for v in 0..<batch {
      let wanted = target(input.vector(v))
      for p in 0..<map.outputLength {
        let difference = output[v, p] - wanted[p]
        error += difference.squaredMagnitude / Double(batch * map.outputLength)
        output[v, p] = (2 / Double(batch)) * difference
      }
    }
    var gradient = [Double](repeating: 0, count: map.parameterCount)
    map.backward(
      input, outputGradient: output, inputGradient: &inputGradient, parameterGradient: &gradient,
      workspace: &workspace)
    let now = rate * 0.5 * (1 + cos(Double.pi * Double(step) / Double(steps)))
    for i in gradient.indices {
      first[i] = 0.9 * first[i] + 0.1 * gradient[i]
      second[i] = 0.999 * second[i] + 0.001 * gradient[i] * gradient[i]
      let (m, v) = (first[i] / (1 - pow(0.9, Double(step))), second[i] / (1 - pow(0.999, Double(step))))
      map.parameters[i] -= now * m / (v.squareRoot() + 1e-12)
    }
  }
  return error.squareRoot()
}

@Suite("Learning from data") struct LearningTests {
  @Test(
    "a randomly initialized butterfly learns the DFT from vectors and their transforms",
    arguments: [4, 8, 16])
  func dft(size: Int) throws {
    let shape = try KaleidoscopeShape(
      inputLength: size, outputLength: size, blockCount: 1, firstDirection: .decreasing, field: .complex)
    let reversal = Permutation.bitReversal(size: size)
    let scale = 1 / Double(size).squareRoot()
    var generator = SplitMix64(seed: 1)
    var map = try KaleidoscopeMatrix<Double>(shape, .orthogonal, using: &generator)
    let error = learn(&map, steps: 1500, rate: 0.03, seed: 1) { x in
      (0..<size).map { position in
        let bin = reversal[position]
        return scale * x.indices.reduce(.zero) { $0 + Complex.rootOfUnity(-bin * $1, size) * x[$1] }
      }
    }
    #expect(error < 1e-6)
  }

  /// From 16 samples on, descent from a random start misses the permutation; such maps are constructed
  /// instead.
  @Test("a randomly initialized 𝓑𝓑* learns a permutation of a few samples", arguments: [4, 8])
  func scrambledOrder(size: Int) throws {
    let shape = try KaleidoscopeShape(
      inputLength: size, outputLength: size, blockCount: 2, firstDirection: .decreasing, field: .real)
    var errors: [Double] = []
    for seed in 1...3 as ClosedRange<UInt64> where errors.allSatisfy({ $0 > 1e-6 }) {
      var generator = SplitMix64(seed: seed)
      let order = (0..<size).shuffled(using: &generator)
      var map = try KaleidoscopeMatrix<Double>(shape, .orthogonal, using: &generator)
      errors.append(learn(&map, steps: 3000, rate: 0.03, seed: seed) { x in order.map { x[$0] } })
    }
    #expect((errors.min() ?? 1) < 1e-6, "\(errors)")
  }
}
