import Foundations
import Testing

@Suite("Sanitized")
struct SanitizedTests {
  @Test("a token keeps printable ASCII, escapes the rest and is cut at 40 characters")
  func token() {
    #expect(Sanitized.token("plain 1") == "plain 1")
    #expect(Sanitized.token([0x61, 0x00, 0xFF]) == #"a\x00\xFF"#)
    #expect(Sanitized.token(String(repeating: "x", count: 50)) == String(repeating: "x", count: 40) + "...")
  }

  @Test("a path keeps letters of all scripts but no control characters")
  func path() {
    #expect(Sanitized.path("/data/größe") == "/data/größe")
    #expect(Sanitized.path("/a\nb\u{202E}") == #"/a\x0Ab\xE2\x80\xAE"#)
    #expect(Sanitized.path(bytes: [0x2F, 0xC3]) == #"/\xC3"#)
  }
}
