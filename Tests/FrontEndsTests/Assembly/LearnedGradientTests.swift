import Foundations
import FrontEnds
import Learning
import TestSupport
import Testing

/// L = Σ a_i y_i with random a, 0 for rows outside their utterance.
private final class LinearLoss {
  let setup: LearnableSetup
  let segments: Segments
  let pass: any LayerPass
  private let coefficients: AlignedBuffer<Float>

  init(_ setup: LearnableSetup, _ segments: Segments, seed: UInt64) {
    self.setup = setup
    self.segments = segments
    pass = setup.layer.makePass(segments.shape)
    coefficients = AlignedBuffer<Float>(count: pass.output.count)
    var generator = SplitMix64(seed: seed)
    let (shape, width) = (pass.outputShape, pass.output.columns)
    for segment in 0..<shape.segments {
      let valid = segments.step.padding[segment].dropping(setup.layer.context).validRows(of: shape.rows)
      for row in valid.lowerBound..<valid.upperBound {
        for column in 0..<width {
          coefficients.base[(segment * shape.rows + row) * width + column] =
            Float.random(in: -1...1, using: &generator)
        }
      }
    }
  }

  func value() -> Double {
    pass.forward(segments.input, values: setup.values, step: segments.step)
    var sum = 0.0
    for i in 0..<pass.output.count where coefficients.base[i] != 0 {
      sum += Double(coefficients.base[i]) * Double(pass.output.base[i])
    }
    return sum
  }

  func gradient() -> [Float] {
    pass.forward(segments.input, values: setup.values, step: segments.step)
    let gradient = AlignedBuffer<Float>(count: setup.declaration.parameterCount)
    // The pass may write to what it is given.
    let given = AlignedBuffer<Float>(count: coefficients.count)
    given.base.update(from: coefficients.base, count: coefficients.count)
    let output = pass.output
    pass.backward(
      Matrix(given.base, rows: output.rows, columns: output.columns), input: segments.input,
      inputGradient: nil, values: setup.values, gradient: gradient, step: segments.step)
    return withExtendedLifetime((gradient, given)) { Array(gradient.values) }
  }

  /// The slope along a direction, from both sides.
  func slope(_ tensor: TensorReference, _ direction: [Float], _ length: Float) -> Double {
    let p = setup.values.parameter(tensor)
    let before = (0..<tensor.count).map { p[$0] }
    var values: [Double] = []
    for sign in [Float(1), -1] {
      for i in 0..<tensor.count { p[i] = before[i] + sign * length * direction[i] }
      values.append(value())
    }
    for i in 0..<tensor.count { p[i] = before[i] }
    return (values[0] - values[1]) / Double(2 * length)
  }
}

@Suite("Gradients of learned front ends")
struct LearnedGradientTests {
  static let rows =
    LayeredFrontEndTests.kinds + [
      "kaleidoscope:init=unitary,width=2", "kaleidoscope:init=identity",
      "kaleidoscope:expansion=2,frame-length=12", "kaleidoscope-pooled:raw,band=3,bins=23",
      "kaleidoscope-pooled:compression=root,bins=30", "mel-pooled:compression=root,bins=17",
      "kaleidoscope-pooled:compression=pcen,bins=19", "mel-pooled:compression=pcen",
      "kaleidoscope-time:learn=compression+time,bins=21", "kaleidoscope-time:width=2,bins=12",
      "dense:frame-length=10", "low-rank:rank=7,frame-length=10", "sparse:frame-length=10",
      "circulant:frame-length=10", "kaleidoscope-patch:patch-matrix=monarch,gain=running,mean=none",
      "kaleidoscope-patch:patch-matrix=dense,patch-bands=4,bins=12,patch-rows=7",
      "kaleidoscope-pooled:gain=running,bins=11",
    ]

  @Test("agree with differences, for each tensor, edges of utterances included", arguments: rows)
  func differences(request: String) throws {
    let setup = try LearnableSetup(request)
    setup.jiggle(0.02, seed: 5)
    let context = setup.layer.context.rows
    let segments = Segments(
      setup.frontEnd, rows: 11 + context,
      padding: [
        PaddingRows(), PaddingRows(leading: context == 0 ? 3 : 18),
        PaddingRows(trailing: context == 0 ? 5 : 21),
        PaddingRows(leading: context / 2 + 2, trailing: context / 2 + 4),
      ])
    let loss = LinearLoss(setup, segments, seed: 3)
    let gradient = loss.gradient()
    var generator = SplitMix64(seed: 8)
    for parameter in setup.declaration.parameters {
      let tensor = parameter.tensor
      let size = rootMeanSquare(setup.values.parameter(tensor), tensor.count)
      for round in 0..<3 {
        // Along the gradient, where the slope is steepest, and along random directions.
        var direction = (0..<tensor.count).map { _ in Float.random(in: -1...1, using: &generator) }
        if round == 0 {
          direction = (0..<tensor.count).map { gradient[tensor.offset + $0] }
          let norm = direction.map { abs($0) }.max() ?? 1
          direction = direction.map { $0 / max(norm, 1e-30) }
        }
        var expected = 0.0
        var steepest = 0.0
        for i in 0..<tensor.count {
          let g = Double(gradient[tensor.offset + i])
          expected += g * Double(direction[i])
          steepest += g * g
        }
        // A logarithm of single outputs bends more than one of their sums; a sum over frames rounds more.
        let step: Float = request.contains("time") ? 1e-3 : setup.frontEnd.channels > 100 ? 2e-5 : 2e-4
        let found = loss.slope(tensor, direction, step * size)
        let directionNorm = direction.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        let scale = steepest.squareRoot() * directionNorm
        #expect(
          abs(found - expected) < 0.02 * abs(expected) + 0.002 * scale,
          "\(request), \(tensor.name), round \(round): \(found) for \(expected) of \(scale)")
        #expect(scale > 0, "\(request), \(tensor.name)")
      }
    }
  }

  @Test("leave rows outside the utterance out, whatever is in them", arguments: rows)
  func padding(request: String) throws {
    let setup = try LearnableSetup(request)
    let context = setup.layer.context
    let padding = [
      PaddingRows(leading: 5 + context.left), PaddingRows(trailing: 4 + context.right),
      PaddingRows(leading: 2, trailing: 3), PaddingRows(trailing: 12 + context.rows),
    ]
    func result(filling: Float) -> ([UInt32], [UInt32]) {
      let segments = Segments(setup.frontEnd, rows: 12 + context.rows, padding: padding, filling: filling)
      let loss = LinearLoss(setup, segments, seed: 4)
      let gradient = loss.gradient()
      let output = loss.pass.output
      var valid: [Float] = []
      for (s, padding) in padding.enumerated() {
        let rows = padding.dropping(context).validRows(of: 12)
        for r in rows.lowerBound..<rows.upperBound {
          valid += UnsafeBufferPointer(start: output.row(s * 12 + r), count: output.columns)
        }
      }
      return (bits(valid), bits(gradient))
    }
    let (output, gradient) = result(filling: 0)
    let (otherOutput, otherGradient) = result(filling: 3e18)
    #expect(output == otherOutput)
    #expect(gradient == otherGradient)
    #expect(gradient.contains { $0 != 0 })
  }

  @Test("are added to what is there, and the same from call to call")
  func accumulation() throws {
    let setup = try LearnableSetup("kaleidoscope-time:bins=9")
    let segments = Segments(setup.frontEnd, rows: 40, padding: [PaddingRows(), PaddingRows(leading: 17)])
    let loss = LinearLoss(setup, segments, seed: 1)
    let first = loss.gradient()
    #expect(bits(loss.gradient()) == bits(first))
  }

  @Test("are zero below the floor of the logarithm")
  func floor() throws {
    let setup = try LearnableSetup("kaleidoscope-pooled:bins=5")
    let segments = Segments(setup.frontEnd, rows: 9, padding: [PaddingRows()])
    segments.input.values.update(repeating: 0)
    let loss = LinearLoss(setup, segments, seed: 1)
    #expect(loss.gradient().allSatisfy { $0 == 0 })
    #expect(abs(loss.pass.output.base[0] + 15.942_385) < 1e-5)
  }
}
