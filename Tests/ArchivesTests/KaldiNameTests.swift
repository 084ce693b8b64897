import Testing

@testable import Archives

@Suite struct KaldiNameTests {
  @Test(arguments: [
    ("/a/b.wav", true), ("../a b.wav", true), ("/a/b|c.wav", true), ("/a/touch pwn|", false), ("|a", false),
    ("/a/b.wav:12", false), ("/a/b:", true), ("/a/b12", true), ("/a/b ", false), (" /a", false), ("", false),
    ("/a/\nb", false),
  ])
  func `names that Kaldi takes for something else go through a command`(path: String, isPlain: Bool) {
    #expect(KaldiIndex.isPlainForKaldi(path) == isPlain)
  }
}
