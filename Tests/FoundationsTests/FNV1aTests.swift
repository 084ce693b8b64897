import Foundations
import Testing

@Suite("FNV1a")
struct FNV1aTests {
  // Source: Noll's test vectors of FNV-1a, 64 bits.
  @Test(
    "the hashes are those of the published vectors",
    arguments: [
      ("", 0xCBF2_9CE4_8422_2325), ("a", 0xAF63_DC4C_8601_EC8C), ("foobar", 0x8594_4171_F739_67E8),
    ] as [(String, UInt64)])
  func vectors(text: String, hash: UInt64) {
    #expect(FNV1a.hash(of: text) == hash)
  }
}
