import Foundations
import Testing

@Suite("UTF8")
struct UTF8Tests {
  @Test(
    "appends the bytes of short, long and foreign texts behind what is there",
    arguments: [
      "", "a", "größe", String(repeating: "ɑ̃", count: 40), "tab\tnul\0end",
    ])
  func append(text: String) {
    var bytes: [UInt8] = [0x3E]
    bytes.append(utf8: text)
    #expect(bytes == [0x3E] + Array(text.utf8))
  }
}
