import FrontEnds
import Testing

@Suite("Front ends")
struct SpectralFrontEndTests {
  @Test("Every row gives rows of its width", arguments: ["mel", "mfcc:deltas=2", "fft:splice=1"])
  func width(text: String) throws {
    let frontEnd = try Row(parsing: text).makeFrontEnd(over: FeatureConfiguration())
    let samples = (0..<16000).map { Int16($0 % 257 - 128) }
    #expect(frontEnd.features(of: samples).count == 98 * frontEnd.channels)
  }
}
