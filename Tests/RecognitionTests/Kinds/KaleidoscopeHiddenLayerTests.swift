import Foundations
import Learning
import Recognition
import Testing

@Suite("KaleidoscopeHiddenLayer")
struct KaleidoscopeHiddenLayerTests {
  static let classifiers = [
    FrameClassifierOptions(
      hiddenLayers: [HiddenLayer(.kaleidoscope, units: 24), HiddenLayer(.kaleidoscope)], contextFrames: 1,
      classCount: 6),
    FrameClassifierOptions(
      kind: .tdnn, hiddenLayers: [16, HiddenLayer(.kaleidoscope)], contextFrames: 1, normalization: .batch,
      classCount: 6),
  ]

  @Test("learns what can be learned", arguments: classifiers)
  func learns(options: FrameClassifierOptions) async throws {
    #expect(try await SmallRecognizer.learns(options))
  }

  @Test("the bits of a training do not depend on the number of jobs")
  func jobs() async throws {
    let recognizer = try SmallRecognizer.make(Self.classifiers[0])
    let one = try await SmallRecognizer.train(recognizer, epochs: 2, jobs: 1)
    let other = try await SmallRecognizer.train(recognizer, epochs: 2, jobs: 4)
    #expect(other.values.parameters.values.elementsEqual(one.values.parameters.values))
  }

  @Test("without units it has those of the square that holds its inputs")
  func widths() throws {
    let options = FrameClassifierOptions(
      hiddenLayers: [HiddenLayer(.kaleidoscope), HiddenLayer(.kaleidoscope, units: 24), 5], contextFrames: 1,
      classCount: 6)
    let recognizer = try SmallRecognizer.make(options)
    // 12 bins, 3 frames.
    #expect(recognizer.classifier.hiddenWidths == [64, 24, 5])
    func count(_ name: String) -> Int? {
      recognizer.declaration.parameters.first { $0.tensor.name == "classifier.hidden.\(name)" }?.tensor.count
    }
    #expect(count("0.twiddle") == 4 * 64 * 6 && count("0.bias") == 64)
    #expect(count("1.twiddle") == 4 * 64 * 6 && count("1.bias") == 24)
    #expect(count("2.weight") == 24 * 5)
    let plan = try ClassifierPlan(options, channels: 12, contextFrames: 1)
    #expect(plan.weightCount == 2 * 4 * 64 * 6 + 24 * 5 + 5 * 6)
  }
}
