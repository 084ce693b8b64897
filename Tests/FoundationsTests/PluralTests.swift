import Foundations
import Testing

@Suite struct PluralTests {
  @Test(
    "a noun is singular after one alone",
    arguments: [(0, "voice", "voices"), (1, "voice", "voice"), (2, "class", "classes"), (-1, "box", "boxes")])
  func noun(number: Int, noun: String, text: String) {
    #expect(Plural.noun(noun, for: number) == text)
  }
}
