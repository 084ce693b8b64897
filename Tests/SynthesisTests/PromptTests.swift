import Foundations
import Synthesis
import TestSupport
import Testing

@Suite struct Prompts {
  @Test func aFileMayHoldAnything() {
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

  @Test(arguments: [
    ("( arctic_a0001 \"Author of the danger trail.\" )", "Author of the danger trail."),
    ("  two   blanks\tand a tab ", "two blanks and a tab"), ("It\u{2019}s not here", "It's not here"),
  ])
  func linesAreReadInTheirUsualForms(line: String, sentence: String) {
    var list = PromptList()
    list.add(Array(line.utf8))
    #expect(list.sentences == [sentence])
  }

  @Test(arguments: [
    ("rm -rf \"$HOME\" `now`", Prompt.Fault.otherCharacters),
    ("<speak> one two three", .otherCharacters), ("one two three \u{0}", .otherCharacters),
    ("[[h@'loU]] one two three", .otherCharacters), ("num 12 and 13", .otherCharacters),
    ("two words", .tooFewWords),
    ("- - - - -", .tooFewWords), (String(repeating: "word ", count: 15), .tooManyWords),
    ("one two " + String(repeating: "a", count: 25), .longWord),
    ("one two three" + String(repeating: "!", count: 5000), .tooManyWords),
    ("schön wäre es", .otherCharacters),
  ])
  func whatNoEngineShouldSeeIsLeftOutAndCounted(line: String, fault: Prompt.Fault) {
    var list = PromptList()
    list.add(Array(line.utf8))
    #expect(list.sentences.isEmpty)
    #expect(list.leftOut == [fault: 1])
  }

  @Test func aSentenceCountsOnceWhateverItsCase() {
    var list = PromptList()
    list.add(Array("Three plain words\r\nTHREE plain words\n\n".utf8))
    #expect(list.sentences == ["Three plain words"])
    #expect(list.leftOut == [.duplicate: 1])
  }

  @Test func linesThatAreNotUTF8AreLeftOutAlone() {
    var list = PromptList()
    list.add([0x61, 0xFF, 0x0A] + Array("Three plain words".utf8))
    #expect(list.sentences == ["Three plain words"])
    #expect(list.leftOut == [.notUTF8: 1])
  }
}
