import Foundation
import Foundations
import TestSupport
import Testing

@testable import Reports

@Suite struct TicksTests {
  @Test("ticks are round, cover the range and have about the wanted number")
  func rounding() {
    var generator = SplitMix64(seed: 11)
    for _ in 0..<2000 {
      let power = Double.random(in: -7...9, using: &generator)
      let size = pow(10, power)
      let low = Double.random(in: -1...1, using: &generator) * size * 3
      let high = low + Double.random(in: 0.01...1, using: &generator) * size
      let wanted = Int.random(in: 2...9, using: &generator)
      let ticks = Ticks(over: (low, high), about: wanted)
      let step = ticks.values[1] - ticks.values[0]
      #expect(
        ticks.lower <= low + step * 1e-6 && ticks.upper >= high - step * 1e-6, "\(low) \(high) \(ticks)")
      #expect(ticks.lower > low - step && ticks.upper < high + step)
      #expect(ticks.values.count >= 2 && ticks.values.count <= wanted + 2)
      // 1, 2 or 5 times a power of ten.
      let mantissa = step / pow(10, (log10(step) + 1e-9).rounded(.down))
      #expect([1.0, 2, 5, 10].contains { abs($0 - mantissa) < 1e-6 }, "\(step)")
      let texts = ticks.values.map(ticks.text)
      #expect(Set(texts).count == texts.count, "\(texts)")
    }
  }

  @Test("empty, reversed and non-finite ranges have ticks, too")
  func degenerateRanges() {
    for range in [
      (0.0, 0.0), (5, 5), (3, 1), (.nan, 1), (-.infinity, .infinity), (1e300, 1e301), (1e-300, 1e-299),
    ] {
      let ticks = Ticks(over: range)
      #expect(ticks.values.count > 1 && ticks.values.count < 20 && ticks.values.allSatisfy(\.isFinite))
      #expect(ticks.lower < ticks.upper)
    }
  }

  @Test("coordinates never leave the axis")
  func clamping() {
    let scale = LinearScale(domain: (0, 10), range: (100, 0))
    #expect(scale(0) == 100 && scale(10) == 0 && scale(5) == 50)
    #expect(scale(-4) == 100 && scale(.infinity) == 0 && scale(.nan) == 100)
    #expect(LinearScale(domain: (1, 1), range: (3, 9))(1) == 3)
  }
}
