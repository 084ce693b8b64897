import Foundations
import Learning
import TestSupport
import Testing

@Suite("Weights of a step")
struct StepWeightsTests {
  @Test("Packed for all parts or by each pass alone, a step has the same bits", arguments: LayerCase.all)
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
    for piece in 0..<weights.pieceCount { weights.pack(harness.values, piece: piece) }
    let (output, gradient, inputGradient) = run(nil)
    let shared = run(weights)
    #expect(shared.0 == output && shared.1 == gradient && shared.2 == inputGradient)
    // What is packed is what is used: other weights packed give another output.
    if weights.pieceCount > 0 {
      harness.values.parameters.values.update(repeating: 0)
      for piece in 0..<weights.pieceCount { weights.pack(harness.values, piece: piece) }
      #expect(run(weights).0 != output)
    }
  }

  @Test(
    "The gradients left to be done are those of the matrices that a layer names", arguments: LayerCase.all)
  func tensors(layer: LayerCase) {
    let harness = LayerHarness(
      seed: 2, shape: SequenceShape(segments: 2, rows: 40), padding: [.init(), .init()], make: layer.make)
    let pass = harness.layer.makePass(harness.shape)
    #expect(pass.weightGradients.map(\.weight) == harness.layer.weightMaps.map(\.weight))
  }

  @Test("Rows of a gradient may be shared out at will; parts are added in their order")
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
    func put(_ ranges: [Range<Int>], scale: Float, times: Int = 1) -> [Float] {
      let target = AlignedBuffer<Float>(count: scratch.count)
      target.values.update(repeating: 3)
      for range in ranges {
        for time in 0..<times {
          gradient.put(rows: range, into: target.base, scale: scale, isAdding: time > 0)
        }
      }
      return Array(target.values[gradient.weight.offset..<gradient.weight.offset + 50 * 21])
    }
    let whole = put([0..<50], scale: 1)
    for n in 0..<50 {
      for k in 0..<21 {
        let exact = (0..<18).reduce(0.0) {
          $0 + Double(upstream.base[$1 * 50 + n]) * Double(harness.input.base[$1 * 21 + k])
        }
        #expect(abs(Double(whole[n * 21 + k]) - exact) < 3e-6)
      }
    }
    #expect(put([0..<1, 1..<24, 24..<49, 49..<50], scale: 1) == whole)
    #expect(put([0..<50], scale: 1, times: 2) == whole.map { $0 + $0 })
    #expect(put([0..<50], scale: -0.5) == whole.map { $0 * -0.5 })
  }
}

@Suite("Layers in place")
struct InPlaceTests {
  /// Dense, batch normalisation, ReLU, dense, ReLU, dense: with and without memory of their own for the ReLUs.
  private func layers(
    _ declaration: inout ModelDeclaration, rectifier: (Int) -> any SequenceLayer
  )
    -> SequentialLayer
  {
    SequentialLayer([
      Dense("a", inputs: 5, outputs: 9, in: &declaration),
      BatchNormalization("b", width: 9, in: &declaration), rectifier(9),
      Dense("c", inputs: 9, outputs: 7, in: &declaration), rectifier(7),
      Dense("d", inputs: 7, outputs: 4, in: &declaration),
    ])
  }

  /// A rectified linear layer that never works in place.
  private struct Apart: SequenceLayer {
    let layer: RectifiedLinear
    var inputWidth: Int { layer.inputWidth }
    var outputWidth: Int { layer.outputWidth }
    var context: FrameContext { layer.context }
    var summary: String { layer.summary }
    var isLearned: Bool { false }

    func makePass(_ inputShape: SequenceShape) -> any LayerPass { layer.makePass(inputShape) }
    func makeStream(_ values: ModelValues) -> any LayerStream { layer.makeStream(values) }
  }

  @Test("A sequence has the same bits whether a ReLU writes over its input or not")
  func sameBits() {
    func run(_ rectifier: @escaping (Int) -> any SequenceLayer) -> ([Float], LayerHarness.Gradients) {
      let harness = LayerHarness(
        seed: 4, shape: SequenceShape(segments: 5, rows: 12), padding: GradientTests.padding
      ) { layers(&$0, rectifier: rectifier) }
      return (harness.forward(), harness.gradients())
    }
    let (output, gradients) = run { RectifiedLinear(width: $0) }
    let apart = run { Apart(layer: RectifiedLinear(width: $0)) }
    #expect(
      RectifiedLinear(width: 3).makePassInPlace(SequenceShape(segments: 1, rows: 1))?.worksInPlace == true)
    #expect(output == apart.0)
    #expect(gradients.parameters == apart.1.parameters && gradients.input == apart.1.input)
    #expect(gradients.input.contains { $0 != 0 })
  }
}
