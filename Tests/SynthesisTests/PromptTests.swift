import Foundations
import Synthesis
import TestSupport
import Testing

@Suite struct PromptTests {
  @Test("a file may contain any bytes")
  func randomBytes() {
    var random = SplitMix64(seed: 6)
    for _ in 0..<200 {
      var bytes = (0..<Int.random(in: 0...400, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      bytes += Array("\nThree plain words.\n".utf8)
      var list = PromptList()
      list.add(bytes)
      #expect(list.sentences.contains("Three plain words."))
      for sentence in list.sentences {
        #expect(sentence.utf8.allSatisfy { (0x20..<0x7F).contains($0) }, "\(sentence)")
      }
    }
  }

  @Test(
    "lines are read in their usual forms",
    arguments: [
      ("( arctic_a0001 \"Author of the danger trail.\" )", "Author of the danger trail."),
      ("  two   blanks\tand a tab ", "two blanks and a tab"), ("It\u{2019}s not here", "It's not here"),
    ])
  func forms(line: String, sentence: String) {
    var list = PromptList()
    list.add(Array(line.utf8))
    #expect(list.sentences == [sentence])
  }

  @Test(
    "lines that no engine should see are rejected and counted",
    arguments: [
      ("rm -rf \"$HOME\" `now`", Prompt.Fault.otherCharacters),
      ("<speak> one two three", .otherCharacters), ("one two three \u{0}", .otherCharacters),
      ("[[h@'loU]] one two three", .otherCharacters), ("num 12 and 13", .otherCharacters),
      ("two words", .tooFewWords),
      ("- - - - -", .tooFewWords), (String(repeating: "word ", count: 15), .tooManyWords),
      ("one two " + String(repeating: "a", count: 25), .longWord),
      ("one two three" + String(repeating: "!", count: 5000), .tooManyWords),
      ("schön wäre es", .otherCharacters),
    ])
  func faults(line: String, fault: Prompt.Fault) {
    var list = PromptList()
    list.add(Array(line.utf8))
    #expect(list.sentences.isEmpty)
    #expect(list.leftOut == [fault: 1])
  }

  @Test("a sentence counts once, whatever its case")
  func duplicates() {
    var list = PromptList()
    list.add(Array("Three plain words\r\nTHREE plain words\n\n".utf8))
    #expect(list.sentences == ["Three plain words"])
    #expect(list.leftOut == [.duplicate: 1])
  }

  @Test("a line that is not UTF-8 does not affect the others")
  func invalidUTF8() {
    var list = PromptList()
    list.add([0x61, 0xFF, 0x0A] + Array("Three plain words".utf8))
    #expect(list.sentences == ["Three plain words"])
    #expect(list.leftOut == [.notUTF8: 1])
  }
}
