import Foundations
import Learning
import TestSupport
import Testing

@Suite("StepWeights")
struct StepWeightsTests {
  @Test("a step has the same bits with shared packed weights and with a pass's own", arguments: LayerCase.all)
  func sharing(layer: LayerCase) {
    let harness = LayerHarness(
      seed: 2, shape: SequenceShape(segments: 5, rows: 12), padding: GradientTests.padding, make: layer.make)
    func run(_ weights: StepWeights?) -> ([UInt32], [UInt32], [UInt32]) {
      var step = harness.step
      step.weights = weights
      let pass = harness.layer.makePass(harness.shape)
      let input = harness.inputMatrix
      let gradient = AlignedBuffer<Float>(count: harness.values.parameters.count)
      let inputGradient = AlignedBuffer<Float>(count: input.count)
      let upstream = AlignedBuffer<Float>(count: pass.output.count)
      let matrix = Matrix(upstream.base, rows: pass.output.rows, columns: pass.output.columns)
      pass.forward(input, values: harness.values, step: step)
      _ = harness.loss(Array(pass.output.values), gradient: matrix)
      pass.backward(
        matrix, input: input,
        inputGradient: Matrix(inputGradient.base, rows: input.rows, columns: input.columns),
        values: harness.values, gradient: gradient, step: step)
      pass.addWeightGradients(to: gradient)
      return (
        pass.output.values.map(\.bitPattern), gradient.values.map(\.bitPattern),
        inputGradient.values.map(\.bitPattern)
      )
    }
    let weights = StepWeights(harness.layer)
    for slice in 0..<weights.sliceCount { weights.pack(harness.values, slice: slice) }
    let (output, gradient, inputGradient) = run(nil)
    let shared = run(weights)
    #expect(shared.0 == output && shared.1 == gradient && shared.2 == inputGradient)
    // The packed weights are used: after packing others, the output differs.
    if weights.sliceCount > 0 {
      harness.values.parameters.values.update(repeating: 0)
      for slice in 0..<weights.sliceCount { weights.pack(harness.values, slice: slice) }
      #expect(run(weights).0 != output)
    }
  }

  @Test(
    "the deferred gradients are those of the weight maps that a layer declares", arguments: LayerCase.all)
  func tensors(layer: LayerCase) {
    let harness = LayerHarness(
      seed: 2, shape: SequenceShape(segments: 2, rows: 40), padding: [.init(), .init()], make: layer.make)
    let pass = harness.layer.makePass(harness.shape)
    #expect(pass.weightGradients.map(\.weight) == harness.layer.weightMaps.map(\.weight))
  }

  @Test("the rows of a deferred gradient may be divided in any way, and are added to")
  func rows() {
    let harness = LayerHarness(
      seed: 3, shape: SequenceShape(segments: 2, rows: 9), padding: [.init(), .init()]
    ) {
      Dense("a", inputs: 21, outputs: 50, in: &$0)
    }
    let pass = harness.layer.makePass(harness.shape)
    let upstream = AlignedBuffer<Float>(count: pass.output.count)
    var random = SplitMix64(seed: 6)
    for i in 0..<upstream.count { upstream.base[i] = Float.random(in: -1...1, using: &random) }
    pass.forward(harness.inputMatrix, values: harness.values, step: harness.step)
    let scratch = AlignedBuffer<Float>(count: harness.values.parameters.count)
    pass.backward(
      Matrix(upstream.base, rows: 18, columns: 50), input: harness.inputMatrix, inputGradient: nil,
      values: harness.values, gradient: scratch, step: harness.step)
    let gradient = pass.weightGradients[0]
    func written(_ ranges: [Range<Int>], scale: Float, times: Int = 1) -> [Float] {
      let target = AlignedBuffer<Float>(count: scratch.count)
      target.values.update(repeating: 3)
      for range in ranges {
        for time in 0..<times {
          gradient.write(rows: range, into: target.base, scale: scale, isAdding: time > 0)
        }
      }
      return Array(target.values[gradient.weight.offset..<gradient.weight.offset + 50 * 21])
    }
    let whole = written([0..<50], scale: 1)
    for n in 0..<50 {
      for k in 0..<21 {
        let exact = (0..<18).reduce(0.0) {
          $0 + Double(upstream.base[$1 * 50 + n]) * Double(harness.input.base[$1 * 21 + k])
        }
        #expect(abs(Double(whole[n * 21 + k]) - exact) < 3e-6)
      }
    }
    #expect(written([0..<1, 1..<24, 24..<49, 49..<50], scale: 1) == whole)
    #expect(written([0..<50], scale: 1, times: 2) == whole.map { $0 + $0 })
    #expect(written([0..<50], scale: -0.5) == whole.map { $0 * -0.5 })
  }
}
