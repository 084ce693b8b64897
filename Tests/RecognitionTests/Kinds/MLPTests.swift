import FrontEnds
import Learning
import Recognition
import Testing

@Suite("MLP")
struct MLPTests {
  @Test(
    "learns what can be learned",
    arguments: [
      FrameClassifierOptions(hiddenLayers: [24], contextFrames: 1, classCount: 6),
      FrameClassifierOptions(
        hiddenLayers: [24], contextFrames: 0, normalization: .batch, dropout: 0.1, classCount: 6),
    ])
  func learns(options: FrameClassifierOptions) async throws {
    #expect(try await SmallRecognizer.learns(options))
  }

  @Test("sees five frames on each side, or none where the front end has context of its own")
  func context() throws {
    func context(_ frontEnd: String) throws -> FrameContext {
      try FrameRecognizer(
        features: .frontEnd(try FrontEndSpec(parsing: frontEnd)), classifier: FrameClassifierOptions(),
        seed: 1
      ).context
    }
    #expect(try context("mel") == FrameContext(left: 5, right: 5))
    #expect(try context("mel:time=dct") == FrameContext())
    #expect(try context("fft") == FrameContext(left: 5, right: 5))
  }
}
