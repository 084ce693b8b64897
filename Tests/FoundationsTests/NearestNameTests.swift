import Foundations
import Testing

@Suite("NearestName")
struct NearestNameTests {
  @Test("a name with one edit or transposition is found, a dissimilar one is not")
  func nearest() {
    let names = ["povey", "hamming", "hanning"]
    #expect(NearestName.of("povye", among: names) == "povey")
    #expect(NearestName.of("Haming", among: names) == "hamming")
    #expect(NearestName.of("gauss", among: names) == nil)
    #expect(NearestName.of(String(repeating: "h", count: 1000), among: names) == nil)
  }
}
