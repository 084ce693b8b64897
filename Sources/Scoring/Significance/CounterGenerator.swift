import Foundations

/// Random numbers for one draw of a resampling test.
///
/// The generator of a draw is keyed by seed, purpose and index of the draw, so draws do not depend on their
/// order or on the number of workers.
///
/// Source: Lemire, "Fast random integer generation in an interval" (2019).
package struct CounterGenerator: RandomNumberGenerator, Sendable {
  /// The purpose of the numbers; streams of different purposes are independent.
  package enum Purpose: UInt64, Sendable { case speakers = 1, seeds, signs }

  private var generator: SplitMix64

  package init(seed: UInt64, purpose: Purpose, draw: UInt64) {
    var key = SplitMix64.mixed(seed &+ SplitMix64.increment)
    key = SplitMix64.mixed(key ^ purpose.rawValue &* 0xD1B5_4A32_D192_ED03)
    generator = SplitMix64(seed: SplitMix64.mixed(key ^ draw &* SplitMix64.increment))
  }

  package mutating func next() -> UInt64 { generator.next() }

  /// An unbiased integer in 0 ..< bound.
  package mutating func index(below bound: Int) -> Int {
    precondition(bound > 0, "an empty range")
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let threshold = (0 &- range) % range
      while product.low < threshold { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }
}
