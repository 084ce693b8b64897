import Scoring
import Testing

@Suite("CounterGenerator")
struct CounterGeneratorTests {
  // Recorded verdicts depend on these numbers.
  @Test("the numbers of a draw are the recorded ones")
  func recorded() {
    var generator = CounterGenerator(seed: 1, purpose: .speakers, draw: 0)
    #expect([generator.next(), generator.next()] == [9_414_950_503_420_720_781, 16_945_871_278_859_741_694])
  }

  @Test("draws, purposes and seeds have different numbers")
  func streams() {
    var firsts: Set<UInt64> = []
    for seed in UInt64(0)..<8 {
      for purpose in [CounterGenerator.Purpose.speakers, .seeds, .signs] {
        for draw in UInt64(0)..<64 {
          var generator = CounterGenerator(seed: seed, purpose: purpose, draw: draw)
          firsts.insert(generator.next())
        }
      }
    }
    #expect(firsts.count == 8 * 3 * 64)
  }

  @Test("indices below a bound are uniform", arguments: [1, 2, 3, 24, 125])
  func indices(bound: Int) {
    var counts = [Int](repeating: 0, count: bound)
    for draw in UInt64(0)..<200 {
      var generator = CounterGenerator(seed: 7, purpose: .seeds, draw: draw)
      for _ in 0..<100 { counts[generator.index(below: bound)] += 1 }
    }
    let expected = 20_000 / Double(bound)
    let chiSquare = counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    // Mean and standard deviation of χ² with bound − 1 degrees of freedom.
    let degrees = Double(bound - 1)
    #expect(chiSquare <= degrees + 4 * (2 * degrees).squareRoot())
  }
}
