import Foundations
import Learning
import TestSupport
import Testing

@Suite("Layer")
struct LayerTests {
  @Test("a splice concatenates the rows at its offsets, the nearest valid one beyond an edge")
  func splice() {
    var harness = LayerHarness(
      seed: 1, shape: SequenceShape(segments: 2, rows: 6),
      padding: [PaddingRows(leading: 2), PaddingRows(trailing: 2)]
    ) { _ in Splice(width: 1, offsets: [-2, 0, 1]) }
    for i in 0..<12 { harness.input.base[i] = Float(i) }
    harness.step.isTraining = false
    // Output row r is input row r + 2; row 2 is the first segment's first, row 9 the second's last.
    #expect(harness.forward() == [2, 2, 3, 2, 3, 4, 2, 4, 5] + [6, 8, 9, 7, 9, 9, 8, 9, 9])
  }

  @Test("the context of a splice reaches to its outermost offsets and is never negative")
  func spliceContext() {
    #expect(Splice(width: 1, offsets: -5...5).context == FrameContext(left: 5, right: 5))
    #expect(Splice(width: 1, offsets: [-3, 0, 3]).context == FrameContext(left: 3, right: 3))
    #expect(Splice(width: 1, offsets: [2, 4]).context == FrameContext(left: 0, right: 4))
  }

  @Test(
    "batch statistics skip padding; each part updates the running ones once, in the order of the parts")
  func runningStatistics() {
    var declaration = ModelDeclaration(seed: 1)
    let layer = BatchNormalization("n", width: 1, isAffine: false, in: &declaration)
    let values = ModelValues(declaration)
    let shape = SequenceShape(segments: 1, rows: 4)
    let parts: [[Float]] = [[1, 3, 100, 100], [10, 16, 100, 100]]
    let passes = parts.indices.map { _ in layer.makePass(shape) }
    for (part, pass) in passes.enumerated() {
      var rows = parts[part]
      rows.withUnsafeMutableBufferPointer { rows in
        guard let base = rows.baseAddress else { return }
        pass.forward(
          Matrix(base, rows: 4, columns: 1), values: values,
          step: StepContext(
            isTraining: true, seed: 1, step: 0, part: part, padding: [PaddingRows(trailing: 2)]))
      }
      #expect(abs(pass.output.base[0] + 1) < 1e-4 && abs(pass.output.base[1] - 1) < 1e-4)
    }
    for pass in passes { pass.updateStatistics(values) }
    // Variances with divisor n − 1: 2 and 18.
    let mean: Float = 0.9 * (0.1 * 2) + 0.1 * 13
    let variance: Float = 0.9 * (0.9 * 1 + 0.1 * 2) + 0.1 * 18
    #expect(abs(values.statistic(layer.runningMean)[0] - mean) < 1e-6)
    #expect(abs(values.statistic(layer.runningVariance)[0] - variance) < 1e-6)
  }

  @Test("running statistics do not change outside training, or from a part that is all padding")
  func unmovedStatistics() {
    for (isTraining, padding) in [(false, PaddingRows()), (true, PaddingRows(trailing: 3))] {
      let harness = LayerHarness(
        seed: 1, shape: SequenceShape(segments: 1, rows: 3), padding: [padding], isTraining: isTraining
      ) { BatchNormalization("n", width: 2, in: &$0) }
      let before = Array(harness.values.statistics.values)
      let pass = harness.layer.makePass(harness.shape)
      pass.forward(harness.inputMatrix, values: harness.values, step: harness.step)
      pass.updateStatistics(harness.values)
      #expect(Array(harness.values.statistics.values) == before)
      let isFinite = pass.output.values.allSatisfy { $0.isFinite }
      #expect(isFinite)
    }
  }

  @Test("dropout keeps a fraction of 1 − rate, scaled to the same mean, and everything outside training")
  func dropoutFraction() {
    var harness = LayerHarness(
      seed: 2, shape: SequenceShape(segments: 4, rows: 250),
      padding: Array(repeating: PaddingRows(), count: 4)
    ) { Dropout(width: 100, rate: 0.3, in: &$0) }
    harness.input.base.update(repeating: 1, count: harness.input.count)
    let output = harness.forward()
    let kept = output.filter { $0 != 0 }
    #expect(kept.allSatisfy { $0 == Float(1 / 0.7) })
    // 100,000 draws have a standard deviation of 0.0015.
    #expect(abs(Double(kept.count) / 100_000 - 0.7) < 0.007)
    harness.step.isTraining = false
    #expect(harness.forward().allSatisfy { $0 == 1 })
  }

  @Test("a dropout mask depends on each of seed, step, part and layer")
  func dropoutMask() {
    var declaration = ModelDeclaration(seed: 1)
    let layers = (0..<2).map { _ in Dropout(width: 40, rate: 0.5, in: &declaration) }
    let values = ModelValues(declaration)
    let shape = SequenceShape(segments: 1, rows: 5)
    let ones = AlignedBuffer<Float>(count: 200)
    ones.base.update(repeating: 1, count: 200)
    func mask(_ layer: Int, seed: UInt64 = 1, step: Int = 5, part: Int = 2) -> [Float] {
      let pass = layers[layer].makePass(shape)
      pass.forward(
        Matrix(ones.base, rows: 5, columns: 40), values: values,
        step: StepContext(isTraining: true, seed: seed, step: step, part: part, padding: [PaddingRows()]))
      return Array(pass.output.values)
    }
    let masks = [mask(0), mask(0, seed: 2), mask(0, step: 6), mask(0, part: 3), mask(1)]
    #expect(mask(0) == masks[0])
    for i in masks.indices {
      for j in masks.indices where j > i {
        let same = zip(masks[i], masks[j]).count { $0 == $1 }
        // Independent masks agree in 100 of 200 elements, with a standard deviation of 7.
        #expect((60...140).contains(same), "masks \(i) and \(j)")
      }
    }
  }

  @Test("initial weights are uniform within ±1/√inputs, as in PyTorch")
  func uniform() {
    var declaration = ModelDeclaration(seed: 4)
    let layer = Dense("d", inputs: 100, outputs: 80, in: &declaration)
    let values = ModelValues(declaration)
    let weights = (0..<8000).map { Double(values.parameter(layer.weight)[$0]) }
    #expect(weights.allSatisfy { abs($0) <= 0.1 } && weights.contains { abs($0) > 0.099 })
    let variance = weights.reduce(0) { $0 + $1 * $1 } / 8000
    #expect(abs(variance / (0.01 / 3) - 1) < 0.05)
    #expect(declaration.parameters.map(\.tensor.name) == ["d.weight", "d.bias"])
    #expect(declaration.parameters.map(\.group.decays) == [true, false])
  }

  @Test(
    "initial weights are orthogonal, whichever side is longer",
    arguments: [(5, 5), (3, 9), (12, 4), (64, 64)])
  func orthogonal(outputs: Int, inputs: Int) {
    var generator = SeededGenerator(seed: 3, stream: .initialValues)
    let w = InitialWeights.orthogonal(gain: 2).values(outputs: outputs, inputs: inputs, using: &generator)
    let byRow = outputs <= inputs
    let (count, length) = (min(outputs, inputs), max(outputs, inputs))
    for i in 0..<count {
      for j in 0...i {
        let dot = (0..<length).reduce(0.0) {
          byRow
            ? $0 + Double(w[i * inputs + $1]) * Double(w[j * inputs + $1])
            : $0 + Double(w[$1 * inputs + i]) * Double(w[$1 * inputs + j])
        }
        #expect(abs(dot - (i == j ? 4 : 0)) < 1e-5)
      }
    }
  }

  @Test("the initial recurrent weights of each gate are orthogonal")
  func recurrentWeights() {
    var declaration = ModelDeclaration(seed: 4)
    let layer = GatedRecurrentUnit("g", inputs: 3, hidden: 6, isBidirectional: true, in: &declaration)
    #expect(layer.context == FrameContext(left: 16, right: 16))
    let values = ModelValues(declaration)
    for direction in layer.directions {
      for gate in 0..<3 {
        let w = values.parameter(direction.recurrentWeight) + gate * 36
        for i in 0..<6 {
          for j in 0..<6 {
            let dot = (0..<6).reduce(Float(0)) { $0 + w[i * 6 + $1] * w[j * 6 + $1] }
            #expect(abs(dot - (i == j ? 1 : 0)) < 1e-5)
          }
        }
      }
    }
  }

  @Test("without a gradient with respect to its input, a sequence has the same parameter gradients")
  func sequenceWithoutInputGradient() {
    let harness = LayerHarness(
      seed: 11, shape: SequenceShape(segments: 2, rows: 9), padding: [PaddingRows(leading: 1), PaddingRows()]
    ) { declaration in
      SequentialLayer([
        Splice(width: 3, offsets: -1...1), Dropout(width: 9, rate: 0.2, in: &declaration),
        Dense("a", inputs: 9, outputs: 5, in: &declaration), RectifiedLinear(width: 5),
        Dense("b", inputs: 5, outputs: 2, in: &declaration),
      ])
    }
    let expected = harness.gradients().parameters
    let pass = harness.layer.makePass(harness.shape)
    pass.forward(harness.inputMatrix, values: harness.values, step: harness.step)
    let upstream = AlignedBuffer<Float>(count: pass.output.count)
    let matrix = Matrix(upstream.base, rows: pass.output.rows, columns: pass.output.columns)
    _ = harness.loss(Array(pass.output.values), gradient: matrix)
    let gradient = AlignedBuffer<Float>(count: harness.values.parameters.count)
    gradient.base.update(repeating: 0.5, count: gradient.count)
    pass.backward(
      matrix, input: harness.inputMatrix, inputGradient: nil, values: harness.values, gradient: gradient,
      step: harness.step)
    pass.addWeightGradients(to: gradient)
    #expect(gradient.values.map { $0 - 0.5 } == expected)
  }

  @Test("NaN passes through ReLU, so that a diverging model is noticed")
  func notANumber() {
    let harness = LayerHarness(
      seed: 1, shape: SequenceShape(segments: 1, rows: 1), padding: [PaddingRows()]
    ) { _ in RectifiedLinear(width: 1) }
    harness.input.base[0] = .nan
    #expect(harness.forward()[0].isNaN)
  }
}
