import Foundations
import Learning
import TestSupport
import Testing

/// Layers small enough to vary each of their parameters.
struct LayerCase: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let make: @Sendable (inout ModelDeclaration) -> any SequenceLayer

  init(_ name: String, _ make: @escaping @Sendable (inout ModelDeclaration) -> any SequenceLayer) {
    testDescription = name
    self.make = make
  }

  static let all = [
    LayerCase("dense") { Dense("d", inputs: 5, outputs: 7, in: &$0) },
    LayerCase("dense without bias") { Dense("d", inputs: 3, outputs: 2, hasBias: false, in: &$0) },
    LayerCase("batch normalization") { BatchNormalization("n", width: 4, in: &$0) },
    LayerCase("batch normalization without scale") {
      BatchNormalization("n", width: 3, isAffine: false, in: &$0)
    },
    LayerCase("splice −2…2") { _ in Splice(width: 3, offsets: -2...2) },
    LayerCase("splice −3,0,3") { _ in Splice(width: 2, offsets: [-3, 0, 3]) },
    LayerCase("splice ahead") { _ in Splice(width: 2, offsets: [2, 1]) },
    LayerCase("layer normalization") { LayerNormalization("n", width: 5, in: &$0) },
    LayerCase("dropout") { Dropout(width: 6, rate: 0.4, in: &$0) },
    LayerCase("GRU") {
      GatedRecurrentUnit("g", inputs: 3, hidden: 4, isBidirectional: false, warmUpRows: 3, in: &$0)
    },
    LayerCase("bidirectional GRU") {
      GatedRecurrentUnit("g", inputs: 2, hidden: 3, isBidirectional: true, warmUpRows: 4, in: &$0)
    },
    LayerCase("GRU without warm-up") {
      GatedRecurrentUnit("g", inputs: 2, hidden: 2, isBidirectional: true, warmUpRows: 0, in: &$0)
    },
    LayerCase("bidirectional GRU over a time-delay layer, and a GRU on top") { declaration in
      SequentialLayer([
        SequentialLayer([
          Splice(width: 2, offsets: -1...1), Dense("a", inputs: 6, outputs: 3, in: &declaration),
        ]),
        GatedRecurrentUnit(
          "b", inputs: 3, hidden: 2, isBidirectional: true, warmUpRows: 2, in: &declaration),
        LayerNormalization("c", width: 4, in: &declaration),
        GatedRecurrentUnit(
          "d", inputs: 4, hidden: 3, isBidirectional: false, warmUpRows: 3, in: &declaration),
        Dense("e", inputs: 3, outputs: 2, in: &declaration),
      ])
    },
    LayerCase("two time-delay layers with normalization") { declaration in
      SequentialLayer([
        Splice(width: 3, offsets: [-1, 0, 2]),
        Dense("a", inputs: 9, outputs: 4, in: &declaration),
        BatchNormalization("b", width: 4, in: &declaration),
        LayerNormalization("n", width: 4, in: &declaration),
        Splice(width: 4, offsets: [-2, 1]),
        Dense("c", inputs: 8, outputs: 3, in: &declaration),
      ])
    },
  ]
}

@Suite("Gradient")
struct GradientTests {
  /// Segments without padding, with some at the start, at the end, at both, and of padding alone.
  static let padding = [
    PaddingRows(), PaddingRows(leading: 3), PaddingRows(trailing: 4), PaddingRows(leading: 2, trailing: 5),
    PaddingRows(trailing: 12),
  ]

  @Test(
    "gradients equal central differences of the loss for every parameter and input, also at edges",
    arguments: LayerCase.all, [true, false])
  func differences(layer: LayerCase, isTraining: Bool) {
    let harness = LayerHarness(
      seed: 5, shape: SequenceShape(segments: Self.padding.count, rows: 12), padding: Self.padding,
      isTraining: isTraining, make: layer.make)
    let gradients = harness.gradients()
    check(
      harness, gradients.input, at: harness.input, "input")
    check(harness, gradients.parameters, at: harness.values.parameters, "parameter")
  }

  @Test("the gradient of ReLU is that of its output where the input is positive, else 0")
  func rectifier() {
    let harness = LayerHarness(
      seed: 6, shape: SequenceShape(segments: 5, rows: 12), padding: Self.padding
    ) { _ in RectifiedLinear(width: 4) }
    // Away from 0, where there is no derivative.
    for i in 0..<harness.input.count where abs(harness.input.base[i]) < 0.05 { harness.input.base[i] = 0.05 }
    check(harness, harness.gradients().input, at: harness.input, "input")
  }

  @Test("padding rows have a gradient of 0 and no effect, whatever their values", arguments: LayerCase.all)
  func paddingRows(layer: LayerCase) {
    let harness = LayerHarness(
      seed: 8, shape: SequenceShape(segments: 5, rows: 12), padding: Self.padding, make: layer.make)
    let (first, output) = (harness.gradients(), harness.forward())
    let isValid = (0..<5).flatMap { s in
      let valid = Self.padding[s].validRows(of: 12)
      return (0..<12).map { $0 >= valid.lowerBound && $0 < valid.upperBound }
    }
    let width = harness.layer.inputWidth
    for (r, isValid) in isValid.enumerated() where !isValid {
      for c in 0..<width {
        #expect(first.input[r * width + c] == 0)
        harness.input.base[r * width + c] = 1000
      }
    }
    let second = harness.gradients()
    #expect(first.input == second.input && first.parameters == second.parameters)
    // Nor do the valid rows of the output depend on them.
    let other = harness.forward()
    let outputWidth = harness.layer.outputWidth
    for (r, isValid) in harness.isValidOutput.enumerated() where isValid {
      for c in 0..<outputWidth {
        #expect(output[r * outputWidth + c].bitPattern == other[r * outputWidth + c].bitPattern)
      }
    }
  }

  private func check(
    _ harness: LayerHarness, _ given: [Float], at memory: AlignedBuffer<Float>, _ name: String
  ) {
    let largest = Double(given.map(abs).max() ?? 0)
    for i in given.indices {
      let expected = harness.difference(at: memory.base + i, by: 4e-3)
      #expect(
        abs(Double(given[i]) - expected) <= 1.5e-3 * largest + 3e-5, "\(name) \(i): \(given[i]), \(expected)")
    }
  }
}
