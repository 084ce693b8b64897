import CKernels
import Foundations
import TestSupport
import Testing

/// A convolution over time with random weights, input and output gradient.
struct DepthwiseNumbers {
  let width: Int
  let frames: Int
  let outputs: Int
  /// The number of output rows.
  let count: Int
  /// `[outputs, frames]`.
  let weights: [Float]
  /// `[count + frames − 1, width]`.
  let rows: [Float]
  /// The output gradient, `[count, outputs, width]`.
  let gradient: [Float]

  init(width: Int, frames: Int, outputs: Int, count: Int) {
    var random = SplitMix64(seed: UInt64(width * 10_000 + frames * 100 + outputs))
    func numbers(_ count: Int) -> [Float] {
      (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
    }
    self.width = width
    self.frames = frames
    self.outputs = outputs
    self.count = count
    weights = numbers(outputs * frames)
    rows = numbers((count + frames - 1) * width)
    gradient = numbers(count * outputs * width)
  }

  /// Calls `body` with the indices of output, weight and input for every product of the forward pass.
  private func forEachProduct(_ body: (_ output: Int, _ weight: Int, _ input: Int) -> Void) {
    for r in 0..<count {
      for o in 0..<outputs {
        for c in 0..<width {
          for j in 0..<frames { body((r * outputs + o) * width + c, o * frames + j, (r + j) * width + c) }
        }
      }
    }
  }

  /// The results in double precision.
  func exact() -> (output: [Double], weightGradient: [Double], inputGradient: [Double]) {
    var output = [Double](repeating: 0, count: gradient.count)
    var weightGradient = [Double](repeating: 0, count: weights.count)
    var inputGradient = [Double](repeating: 0, count: rows.count)
    forEachProduct { o, w, i in
      output[o] += Double(weights[w]) * Double(rows[i])
      weightGradient[w] += Double(gradient[o]) * Double(rows[i])
      inputGradient[i] += Double(weights[w]) * Double(gradient[o])
    }
    return (output, weightGradient, inputGradient)
  }

  /// The results of the kernels; gradients are added to `before`.
  func apply(
    _ set: InstructionSet, before: Float = 0
  ) -> (
    output: [Float], weightGradient: [Float], inputGradient: [Float]
  ) {
    let kernels = set.layers
    var weightGradient = [Float](repeating: before, count: weights.count)
    var output: [Float] = []
    var inputGradient: [Float] = []
    withFloats(rows, offset: 1) { rows in
      let x = (0..<(count + frames - 1)).map { rows + $0 * width }
      output = CKernelsTests.output(gradient.count, offset: 1) { output in
        x.withUnsafeBufferPointer { x in
          guard let x = x.baseAddress else { return }
          for r in 0..<count {
            kernels.depthwise(weights, outputs, frames, x + r, width, output + r * outputs * width)
          }
        }
      }
      kernels.depthwise_weight_gradient(gradient, count, outputs, frames, x, width, &weightGradient)
    }
    withFloats([Float](repeating: before, count: rows.count), offset: 3) { dx in
      let rows = (0..<(count + frames - 1)).map { dx + $0 * width }
      gradient.withUnsafeBufferPointer { g in
        rows.withUnsafeBufferPointer { rows in
          guard let g = g.baseAddress, let rows = rows.baseAddress else { return }
          for r in 0..<count {
            kernels.depthwise_input_gradient(
              weights, outputs, frames, g + r * outputs * width, width, rows + r)
          }
        }
      }
      inputGradient = Array(UnsafeBufferPointer(start: dx, count: self.rows.count))
    }
    return (output, weightGradient, inputGradient)
  }
}

@Suite("DepthwiseKernel")
struct DepthwiseKernelTests {
  /// Numbers of columns, frames and outputs, including some that are not multiples of block sizes.
  static let shapes =
    [1, 7, 8, 9, 15, 16, 17, 40, 41].map { ($0, 32, 11) } + [
      (13, 5, 1), (23, 1, 2), (33, 9, 3), (24, 17, 4), (5, 8, 5), (47, 3, 6), (40, 2, 12),
    ]

  static func numbers(_ shape: (width: Int, frames: Int, outputs: Int), count: Int = 5) -> DepthwiseNumbers {
    DepthwiseNumbers(width: shape.width, frames: shape.frames, outputs: shape.outputs, count: count)
  }

  static func worst(_ found: [Float], _ exact: [Double]) -> Double {
    zip(found, exact).map { abs(Double($0) - $1) }.max() ?? .infinity
  }

  @Test(
    "a convolution and its gradients agree with their definitions up to rounding",
    arguments: InstructionSet.all)
  func definition(set: InstructionSet) {
    for shape in Self.shapes {
      let numbers = Self.numbers(shape)
      let (exact, found) = (numbers.exact(), numbers.apply(set))
      #expect(Self.worst(found.output, exact.output) < 3e-7 * Double(numbers.frames), "\(shape)")
      #expect(
        Self.worst(found.weightGradient, exact.weightGradient) < 3e-7
          * Double(numbers.count * numbers.width + 3),
        "\(shape)")
      #expect(
        Self.worst(found.inputGradient, exact.inputGradient)
          < 3e-7 * Double(numbers.outputs * numbers.frames), "\(shape)")
    }
  }

  @Test("gradients are added to the existing values", arguments: InstructionSet.all)
  func adding(set: InstructionSet) {
    for shape in Self.shapes {
      let numbers = Self.numbers(shape)
      let (alone, added) = (numbers.apply(set), numbers.apply(set, before: 3))
      #expect(added.output.bits == alone.output.bits)
      #expect(added.weightGradient.bits == alone.weightGradient.map { 3 + $0 }.bits)
      #expect(Self.worst(added.inputGradient, alone.inputGradient.map { 3 + Double($0) }) < 2e-5, "\(shape)")
    }
  }

  @Test("instruction sets with a fused multiply-add give identical convolutions")
  func fusedSetsAgree() {
    let sets = InstructionSet.fused
    guard let reference = sets.first else { return }
    for set in sets.dropFirst() {
      for shape in Self.shapes {
        let numbers = Self.numbers(shape)
        let (found, expected) = (numbers.apply(set), numbers.apply(reference))
        #expect(found.output.bits == expected.output.bits, "\(shape)")
        #expect(found.weightGradient.bits == expected.weightGradient.bits, "\(shape)")
        #expect(found.inputGradient.bits == expected.inputGradient.bits, "\(shape)")
      }
    }
  }

  @Test(
    "a column depends neither on the width nor on its index", arguments: InstructionSet.all)
  func columns(set: InstructionSet) {
    let wide = Self.numbers((41, 32, 11), count: 1)
    let output = wide.apply(set).output
    for width in [1, 7, 8, 12, 40] {
      for start in [0, 1, 41 - width] {
        withFloats(wide.rows) { rows in
          let x = (0..<wide.frames).map { rows + $0 * wide.width + start }
          let part = CKernelsTests.output(wide.outputs * width) {
            set.layers.depthwise(wide.weights, wide.outputs, wide.frames, x, width, $0)
          }
          let expected = (0..<wide.outputs).flatMap { output[($0 * 41 + start)..<($0 * 41 + start + width)] }
          #expect(part.bits == expected.bits, "\(width) from \(start)")
        }
      }
    }
  }

  @Test("the gradient of a row that is used as several frames is their sum", arguments: InstructionSet.all)
  func repeatedFrames(set: InstructionSet) {
    for shape in Self.shapes {
      let numbers = Self.numbers(shape, count: 1)
      let separate = numbers.apply(set).inputGradient
      let expected = (0..<numbers.width).map { c in
        (0..<numbers.frames).reduce(Float(0)) { $0 + separate[$1 * numbers.width + c] }
      }
      let found = output(numbers.width) { dx in
        set.layers.depthwise_input_gradient(
          numbers.weights, numbers.outputs, numbers.frames, numbers.gradient, numbers.width,
          Array(repeating: dx, count: numbers.frames))
      }
      #expect(found.bits == expected.bits, "\(shape)")
    }
  }
}
