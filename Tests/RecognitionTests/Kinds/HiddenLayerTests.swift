import Recognition
import Testing

@Suite("HiddenLayer")
struct HiddenLayerTests {
  @Test("a layer is read as it is written", arguments: ["256", "kaleidoscope", "kaleidoscope-300", "1"])
  func text(text: String) { #expect(HiddenLayer(text)?.text == text) }

  @Test("a number is a dense layer of as many units")
  func number() { #expect(HiddenLayer("256") == HiddenLayer(.dense, units: 256)) }

  @Test(
    "a text that is no layer is refused",
    arguments: [
      "", "0", "8193", "kaleidoscope-", "kaleidoscope-0", "kaleidoscope-8193", "kaleidoscope256", "k",
      "dense", "dense-0",
    ])
  func refused(text: String) { #expect(HiddenLayer(text) == nil) }
}
