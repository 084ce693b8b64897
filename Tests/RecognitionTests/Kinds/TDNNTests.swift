import Learning
import Recognition
import Testing

@Suite("TDNN")
struct TDNNTests {
  @Test("learns what can be learned")
  func learns() async throws {
    let options = FrameClassifierOptions(
      kind: .tdnn, hiddenLayers: [16, 16], contextFrames: 1, normalization: .layer, classCount: 6)
    #expect(try await SmallRecognizer.learns(options))
  }

  @Test("adds two frames of context on each side, then two, then three for each further layer")
  func context() throws {
    func reach(_ layers: Int) throws -> FrameContext {
      let options = FrameClassifierOptions(kind: .tdnn, hiddenLayers: Array(repeating: 8, count: layers))
      return try SmallRecognizer.make(options).context
    }
    #expect(try reach(1) == FrameContext(left: 2, right: 2))
    #expect(try reach(3) == FrameContext(left: 7, right: 7))
    #expect(try reach(5) == FrameContext(left: 13, right: 13))
  }
}
