import CKernels
import Foundation
import Foundations
import TestSupport
import Testing

extension InstructionSet {
  /// Calls `body` with a function from a range of rows to the outputs of a dense layer.
  func withDense(_ layer: DenseNumbers, _ body: (_ apply: (Range<Int>) -> [Float]) -> Void) {
    let panel = Int(layers.panel)
    let room = (layer.outputs + panel - 1) / panel * panel * (layer.inputs + 1)
    withFloats([Float](repeating: .nan, count: room)) { packed in
      withFloats(layer.weights) { weights in
        withFloats(layer.bias) { layers.dense_pack(weights, $0, layer.outputs, layer.inputs, packed) }
      }
      withFloats(layer.rows) { x in
        body { rows in
          output(rows.count * layer.outputs, offset: 1) {
            layers.dense(
              packed, layer.outputs, layer.inputs, x + rows.lowerBound * layer.inputs, rows.count, $0)
          }
        }
      }
    }
  }
}

/// A dense layer with random weights, and rows of random input.
struct DenseNumbers {
  let inputs: Int
  let outputs: Int
  let weights: [Float]
  let bias: [Float]
  let rows: [Float]

  init(inputs: Int, outputs: Int, count: Int) {
    var random = SplitMix64(seed: UInt64(inputs * 1000 + outputs))
    func numbers(_ count: Int) -> [Float] {
      (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
    }
    self.inputs = inputs
    self.outputs = outputs
    weights = numbers(inputs * outputs)
    bias = numbers(outputs)
    rows = numbers(inputs * count)
  }

  /// The outputs of row r in double precision.
  func exact(row r: Int) -> [Double] {
    (0..<outputs).map { n in
      (0..<inputs).reduce(Double(bias[n])) {
        $0 + Double(weights[n * inputs + $1]) * Double(rows[r * inputs + $1])
      }
    }
  }
}

@Suite("LayerKernel")
struct LayerKernelTests {
  static let shapes = [(1, 1), (3, 5), (7, 31), (16, 32), (33, 39), (40, 64), (61, 129), (440, 70)]

  @Test("a dense layer agrees with its definition up to rounding", arguments: InstructionSet.all, shapes)
  func definition(set: InstructionSet, shape: (inputs: Int, outputs: Int)) {
    let layer = DenseNumbers(inputs: shape.inputs, outputs: shape.outputs, count: 13)
    let exact = (0..<13).flatMap { layer.exact(row: $0) }
    set.withDense(layer) { apply in
      let worst = zip(apply(0..<13), exact).map { abs(Double($0) - $1) }.max() ?? .infinity
      #expect(worst < 1e-7 * Double(shape.inputs + 3))
    }
  }

  @Test(
    "a row of a dense layer gives the same outputs alone and with any number of rows",
    arguments: InstructionSet.all)
  func rows(set: InstructionSet) {
    for (inputs, outputs) in Self.shapes {
      set.withDense(DenseNumbers(inputs: inputs, outputs: outputs, count: 71)) { apply in
        let alone = (0..<71).flatMap { apply($0..<$0 + 1) }.bits
        for count in [2, 3, 4, 7, 8, 13, 71] {
          #expect(apply((71 - count)..<71).bits == Array(alone[((71 - count) * outputs)...]))
        }
      }
    }
  }

  @Test("instruction sets with a fused multiply-add give identical layers and activations")
  func fusedSetsAgree() {
    let sets = InstructionSet.fused
    guard let reference = sets.first else { return }
    let x = (-1540...1540).map { Float($0) * 0.013 }
    for set in sets.dropFirst() {
      for (inputs, outputs) in Self.shapes {
        let layer = DenseNumbers(inputs: inputs, outputs: outputs, count: 7)
        set.withDense(layer) { apply in
          reference.withDense(layer) { #expect(apply(0..<7).bits == $0(0..<7).bits) }
        }
      }
      #expect(Self.apply(set.layers.sigmoid, x).bits == Self.apply(reference.layers.sigmoid, x).bits)
      #expect(Self.apply(set.layers.tanh, x).bits == Self.apply(reference.layers.tanh, x).bits)
    }
  }

  static func apply(
    _ function: (UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>) -> Void, _ x: [Float]
  ) -> [Float] {
    withFloats(x) { x1 in output(x.count, offset: 3) { function(x1, x.count, $0) } }
  }

  @Test("sigmoid and tanh are within 3 ulp", arguments: InstructionSet.all)
  func accuracy(set: InstructionSet) {
    var x = (-3100...3100).map { Float($0) * 0.02751 }
    for exponent in 1...120 {
      x.append(Float(sign: .plus, exponent: -exponent, significand: 1.37))
      x.append(Float(sign: .minus, exponent: -exponent, significand: 1))
    }
    let (sigmoids, tangents) = (Self.apply(set.layers.sigmoid, x), Self.apply(set.layers.tanh, x))
    var (worstSigmoid, worstTangent) = (0.0, 0.0)
    for (i, x) in x.enumerated() {
      let (s, t) = (1 / (1 + exp(-Double(x))), tanh(Double(x)))
      worstSigmoid = max(worstSigmoid, abs(Double(sigmoids[i]) - s) / Double(Float(s).ulp))
      worstTangent = max(worstTangent, abs(Double(tangents[i]) - t) / Double(Float(t).ulp))
    }
    #expect(worstSigmoid <= 3 && worstTangent <= 3, "\(worstSigmoid) and \(worstTangent) ulp")
  }

  @Test(
    "sigmoid and tanh handle 0, infinities and NaN, and do not depend on the index",
    arguments: InstructionSet.all)
  func specialValues(set: InstructionSet) {
    let x: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, 1e30, -1e30]
    for start in 0..<20 {
      let filled = [Float](repeating: 0.3, count: start) + x
      let sigmoids = Self.apply(set.layers.sigmoid, filled)[start...].map { $0 }
      let tangents = Self.apply(set.layers.tanh, filled)[start...].map { $0 }
      #expect(sigmoids[0].isNaN && tangents[0].isNaN)
      #expect(sigmoids[1] == 1 && sigmoids[2] < 1e-37 && sigmoids[3] == 0.5 && sigmoids[5] == 1)
      #expect(tangents[1...].map { $0 } == [1, -1, 0, 0, 1, -1])
      #expect(tangents[4].sign == .minus)
    }
    let one = Self.apply(set.layers.tanh, [0.77])
    for count in awkwardLengths where count > 0 {
      let x = [Float](repeating: 0.77, count: count)
      #expect(Self.apply(set.layers.tanh, x).allSatisfy { $0.bitPattern == one[0].bitPattern })
    }
  }

  @Test("rectify and its gradient are exact, also in place", arguments: InstructionSet.all)
  func rectifier(set: InstructionSet) {
    var random = SplitMix64(seed: 5)
    let special: [Float] = [
      0, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
    ]
    for count in awkwardLengths where count > 0 {
      let x = (0..<count).map {
        $0 < special.count ? special[$0] : Float.random(in: -1...1, using: &random)
      }
      let gradient = (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
      let y = x.map { $0 < 0 ? 0 : $0 }
      let expected = zip(gradient, y).map { $1 > 0 ? $0 : 0 }
      #expect(Self.apply(set.layers.rectify, x).bits == y.bits)
      let inPlace = withFloats(x, offset: 1) { x in
        set.layers.rectify(x, count, x)
        return Array(UnsafeBufferPointer(start: x, count: count))
      }
      #expect(inPlace.bits == y.bits)
      #expect(output(count) { set.layers.rectify_gradient(gradient, y, count, $0) }.bits == expected.bits)
      let gradientInPlace = withFloats(gradient, offset: 1) { g in
        set.layers.rectify_gradient(g, y, count, g)
        return Array(UnsafeBufferPointer(start: g, count: count))
      }
      #expect(gradientInPlace.bits == expected.bits)
      // At every index, also in the remainder of the loop.
      let rectifiedNaN = Self.apply(set.layers.rectify, [Float](repeating: .nan, count: count))
      #expect(rectifiedNaN.allSatisfy { $0.isNaN })
    }
  }
}
