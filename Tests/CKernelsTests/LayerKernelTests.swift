import CKernels
import Foundation
import Foundations
import TestSupport
import Testing

/// The layer kernels of one of the instruction sets that this processor runs.
struct LayerInstructionSet: CustomStringConvertible, Sendable {
  let index: Int32

  static let all = (0..<ck_count()).map { LayerInstructionSet(index: $0) }
  /// Those whose bits have to agree.
  static let fused = all.filter { $0.description != "baseline" }

  var kernels: ck_layer_kernels { ck_layers_at(index).pointee }
  var description: String { String(cString: kernels.name) }

  /// What the kernel gives for ranges of the layer's rows.
  func withDense(_ layer: DenseNumbers, _ body: (_ apply: (Range<Int>) -> [Float]) -> Void) {
    let panel = Int(kernels.panel)
    let room = (layer.outputs + panel - 1) / panel * panel * (layer.inputs + 1)
    withFloats([Float](repeating: .nan, count: room)) { packed in
      withFloats(layer.weights) { weights in
        withFloats(layer.bias) { kernels.dense_pack(weights, $0, layer.outputs, layer.inputs, packed) }
      }
      withFloats(layer.rows) { x in
        body { rows in
          output(rows.count * layer.outputs, offset: 1) {
            kernels.dense(
              packed, layer.outputs, layer.inputs, x + rows.lowerBound * layer.inputs, rows.count, $0)
          }
        }
      }
    }
  }
}

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

  /// Row r's outputs in double precision.
  func exact(row r: Int) -> [Double] {
    (0..<outputs).map { n in
      (0..<inputs).reduce(Double(bias[n])) {
        $0 + Double(weights[n * inputs + $1]) * Double(rows[r * inputs + $1])
      }
    }
  }
}

@Suite("Kernels of layers")
struct LayerKernelTests {
  static let shapes = [(1, 1), (3, 5), (7, 31), (16, 32), (33, 39), (40, 64), (61, 129), (440, 70)]
  @Test("A dense layer is its definition to rounding", arguments: LayerInstructionSet.all, shapes)
  func definition(set: LayerInstructionSet, shape: (inputs: Int, outputs: Int)) {
    let layer = DenseNumbers(inputs: shape.inputs, outputs: shape.outputs, count: 13)
    let exact = (0..<13).flatMap { layer.exact(row: $0) }
    set.withDense(layer) { apply in
      let worst = zip(apply(0..<13), exact).map { abs(Double($0) - $1) }.max() ?? .infinity
      #expect(worst < 1e-7 * Double(shape.inputs + 3))
    }
  }

  @Test(
    "A dense layer's row has the same bits alone and among any number", arguments: LayerInstructionSet.all)
  func rows(set: LayerInstructionSet) {
    for (inputs, outputs) in Self.shapes {
      set.withDense(DenseNumbers(inputs: inputs, outputs: outputs, count: 71)) { apply in
        let alone = (0..<71).flatMap { apply($0..<$0 + 1) }.bits
        for count in [2, 3, 4, 7, 8, 13, 71] {
          #expect(apply((71 - count)..<71).bits == Array(alone[((71 - count) * outputs)...]))
        }
      }
    }
  }

  @Test("Instruction sets with a fused multiply-add agree to the bit")
  func twins() throws {
    let sets = LayerInstructionSet.fused
    guard let reference = sets.first else { return }
    let x = (-1540...1540).map { Float($0) * 0.013 }
    for set in sets.dropFirst() {
      for (inputs, outputs) in Self.shapes {
        let layer = DenseNumbers(inputs: inputs, outputs: outputs, count: 7)
        set.withDense(layer) { apply in
          reference.withDense(layer) { #expect(apply(0..<7).bits == $0(0..<7).bits) }
        }
      }
      #expect(Self.apply(set.kernels.sigmoid, x).bits == Self.apply(reference.kernels.sigmoid, x).bits)
      #expect(Self.apply(set.kernels.tangent, x).bits == Self.apply(reference.kernels.tangent, x).bits)
    }
  }

  static func apply(
    _ function: (UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>) -> Void, _ x: [Float]
  ) -> [Float] {
    withFloats(x) { x1 in output(x.count, offset: 3) { function(x1, x.count, $0) } }
  }

  @Test("Sigmoid and hyperbolic tangent are within 3 ulp", arguments: LayerInstructionSet.all)
  func accuracy(set: LayerInstructionSet) {
    var x = (-3100...3100).map { Float($0) * 0.02751 }
    for exponent in 1...120 {
      x.append(Float(sign: .plus, exponent: -exponent, significand: 1.37))
      x.append(Float(sign: .minus, exponent: -exponent, significand: 1))
    }
    let (sigmoid, tangent) = (Self.apply(set.kernels.sigmoid, x), Self.apply(set.kernels.tangent, x))
    var (worstSigmoid, worstTangent) = (0.0, 0.0)
    for (i, x) in x.enumerated() {
      let (s, t) = (1 / (1 + exp(-Double(x))), tanh(Double(x)))
      worstSigmoid = max(worstSigmoid, abs(Double(sigmoid[i]) - s) / Double(Float(s).ulp))
      worstTangent = max(worstTangent, abs(Double(tangent[i]) - t) / Double(Float(t).ulp))
    }
    #expect(worstSigmoid <= 3 && worstTangent <= 3, "\(worstSigmoid) and \(worstTangent) ulp")
  }

  @Test(
    "Their ends: 0, infinities and not-a-number; and a number's bits do not depend on where it stands",
    arguments: LayerInstructionSet.all)
  func ends(set: LayerInstructionSet) {
    let x: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, 1e30, -1e30]
    for start in 0..<20 {
      let filled = [Float](repeating: 0.3, count: start) + x
      let sigmoid = Self.apply(set.kernels.sigmoid, filled)[start...].map { $0 }
      let tangent = Self.apply(set.kernels.tangent, filled)[start...].map { $0 }
      #expect(sigmoid[0].isNaN && tangent[0].isNaN)
      #expect(sigmoid[1] == 1 && sigmoid[2] < 1e-37 && sigmoid[3] == 0.5 && sigmoid[5] == 1)
      #expect(tangent[1...].map { $0 } == [1, -1, 0, 0, 1, -1])
      #expect(tangent[4].sign == .minus)
    }
    let one = Self.apply(set.kernels.tangent, [0.77])
    for count in awkwardLengths where count > 0 {
      let x = [Float](repeating: 0.77, count: count)
      #expect(Self.apply(set.kernels.tangent, x).allSatisfy { $0.bitPattern == one[0].bitPattern })
    }
  }

  @Test("The rectifier and its derivative, also in place", arguments: LayerInstructionSet.all)
  func rectifier(set: LayerInstructionSet) {
    var random = SplitMix64(seed: 5)
    let ends: [Float] = [0, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, -.leastNonzeroMagnitude]
    for count in awkwardLengths where count > 0 {
      let x = (0..<count).map { $0 < ends.count ? ends[$0] : Float.random(in: -1...1, using: &random) }
      let gradient = (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
      let y = x.map { $0 < 0 ? 0 : $0 }
      let expected = zip(gradient, y).map { $1 > 0 ? $0 : 0 }
      #expect(Self.apply(set.kernels.rectify, x).bits == y.bits)
      let inPlace = withFloats(x, offset: 1) { x in
        set.kernels.rectify(x, count, x)
        return Array(UnsafeBufferPointer(start: x, count: count))
      }
      #expect(inPlace.bits == y.bits)
      #expect(output(count) { set.kernels.rectify_gradient(gradient, y, count, $0) }.bits == expected.bits)
      let gradientInPlace = withFloats(gradient, offset: 1) { g in
        set.kernels.rectify_gradient(g, y, count, g)
        return Array(UnsafeBufferPointer(start: g, count: count))
      }
      #expect(gradientInPlace.bits == expected.bits)
      // At every place, also where no vector is whole.
      let odd = Self.apply(set.kernels.rectify, [Float](repeating: .nan, count: count))
      #expect(odd.allSatisfy { $0.isNaN })
    }
  }
}
