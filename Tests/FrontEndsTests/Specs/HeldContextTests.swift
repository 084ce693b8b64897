import FrontEnds
import Testing

@Suite("Whether a frame of features holds its context")
struct HeldContextTests {
  @Test(
    "it does after a transform over time or splicing, not in a wide front end",
    arguments: [
      ("mel", false), ("mel:deltas=2", false), ("fft", false), ("kaleidoscope", false),
      ("kaleidoscope-pooled", false), ("mel:splice=5", true), ("mel:time=dct", true),
      ("kaleidoscope-time", true), ("kaleidoscope-time:fixed", true),
    ])
  func rows(text: String, holds: Bool) throws {
    #expect(try FrontEndSpec(parsing: text).holdsContext == holds)
  }
}
