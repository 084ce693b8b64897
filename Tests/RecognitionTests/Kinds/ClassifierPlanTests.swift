import Recognition
import Testing

@Suite("ClassifierPlan")
struct ClassifierPlanTests {
  @Test("a classifier of too many weights is refused before it is made")
  func tooLarge() throws {
    let options = FrameClassifierOptions(hiddenLayers: Array(repeating: 8192, count: 16))
    #expect(throws: RecognizerError.self) { try SmallRecognizer.make(options) }
  }

  @Test("K-matrices that each have four times the units of the one before do not overflow a size")
  func growing() {
    let growing = FrameClassifierOptions(
      kind: .tdnn, hiddenLayers: Array(repeating: HiddenLayer(.kaleidoscope), count: 16))
    #expect(throws: RecognizerError.self) { try SmallRecognizer.make(growing) }
    #expect(throws: RecognizerError.self) {
      try ClassifierPlan(growing, channels: 1 << 31, contextFrames: 50)
    }
  }

  @Test("the limit is on the weights, the output layer's included")
  func limit() throws {
    let options = FrameClassifierOptions(hiddenLayers: [10], classCount: 6)
    let plan = try ClassifierPlan(options, channels: 4, contextFrames: 0, maximumWeights: 100)
    #expect(plan.weightCount == 100)
    #expect(throws: RecognizerError.tooLarge(weights: 100, allowed: 99)) {
      try ClassifierPlan(options, channels: 4, contextFrames: 0, maximumWeights: 99)
    }
  }
}
