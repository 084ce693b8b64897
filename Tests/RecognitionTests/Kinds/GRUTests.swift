import Learning
import Recognition
import Testing

@Suite("GRU")
struct GRUTests {
  @Test("learns what can be learned")
  func learns() async throws {
    let options = FrameClassifierOptions(
      kind: .gru, hiddenLayers: [16], normalization: .layer, isBidirectional: true, classCount: 6)
    #expect(try await SmallRecognizer.learns(options))
  }

  @Test("gives posteriors without delay, or, in both directions, at the end of the utterance")
  func latency() throws {
    func latency(_ isBidirectional: Bool) throws -> Int? {
      let recognizer = try SmallRecognizer.make(
        FrameClassifierOptions(kind: .gru, hiddenLayers: [8], isBidirectional: isBidirectional, classCount: 6)
      )
      return PosteriorStream(recognizer.classifier, values: ModelValues(recognizer.declaration)).latencyFrames
    }
    #expect(try latency(false) == 0)
    #expect(try latency(true) == nil)
  }
}
