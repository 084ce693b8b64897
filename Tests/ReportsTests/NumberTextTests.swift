import Testing

@testable import Reports

@Suite struct NumberTextTests {
  @Test("numbers have true minus signs and fixed decimals")
  func decimals() {
    #expect(NumberText.fixed(-1.005, 1) == "−1.0" && NumberText.fixed(-0.004, 2) == "0.00")
    #expect(
      NumberText.fixed(.nan, 2) == "–" && NumberText.fixed(nil, 2) == "–" && NumberText.fixed(12, 0) == "12")
    #expect(
      NumberText.points(0.0142) == "+1.42" && NumberText.points(-0.0142) == "−1.42"
        && NumberText.points(0) == "0.00")
    #expect(NumberText.count(812_391) == "812\u{202F}391" && NumberText.count(4096) == "4096")
    #expect(NumberText.count(.min) == "−9\u{202F}223\u{202F}372\u{202F}036\u{202F}854\u{202F}775\u{202F}808")
    #expect(NumberText.spread([0.2, 0.22]) == "21.00 ± 1.41" && NumberText.spread([]) == "–")
  }

  @Test("probabilities keep two significant digits")
  func probabilities() {
    let texts = [1, 0.999, 0.5, 0.0996, 0.0312, 0.00499, 0.000999, 0.00001, 0].map {
      NumberText.probability($0)
    }
    let tiny = "1.0\u{202F}×\u{202F}10⁻⁵"
    #expect(texts == ["1.00", "1.00", "0.50", "0.10", "0.031", "0.0050", "0.0010", tiny, "0"])
  }

  @Test("long names are cut in the middle")
  func shortening() {
    #expect("kaleidoscope-time:width=2".shortened(to: 11) == "kalei…dth=2")
    #expect("mel".shortened(to: 11) == "mel" && "mel".shortened(to: 0) == "mel")
  }
}
