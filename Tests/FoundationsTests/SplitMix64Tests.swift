import Foundations
import Testing

@Suite("SplitMix64")
struct SplitMix64Tests {
  // Source: the reference implementation of Vigna, splitmix64.c, seeded with 1234567.
  @Test("the sequence is that of the reference implementation")
  func reference() {
    var generator = SplitMix64(seed: 1_234_567)
    let expected: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
    ]
    #expect((0..<5).map { _ in generator.next() } == expected)
  }

  @Test("a value is the mixed state after one increment")
  func mixer() {
    var generator = SplitMix64(seed: 7)
    #expect(generator.next() == SplitMix64.mixed(7 &+ SplitMix64.increment))
  }
}
