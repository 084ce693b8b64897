import Learning
import Testing

@Suite("InPlace")
struct InPlaceTests {
  /// Dense, batch normalization, ReLU, dense, ReLU, dense, with a rectifier that may work in place or not.
  private func layers(
    _ declaration: inout ModelDeclaration, rectifier: (Int) -> any SequenceLayer
  ) -> SequentialLayer {
    SequentialLayer([
      Dense("a", inputs: 5, outputs: 9, in: &declaration),
      BatchNormalization("b", width: 9, in: &declaration), rectifier(9),
      Dense("c", inputs: 9, outputs: 7, in: &declaration), rectifier(7),
      Dense("d", inputs: 7, outputs: 4, in: &declaration),
    ])
  }

  /// A ReLU that never works in place.
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

  @Test("a sequence has the same bits whether a ReLU overwrites its input or not")
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
