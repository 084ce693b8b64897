/// Random numbers for one draw of a resampling test.
///
/// Each draw has a generator of its own, made from seed, purpose and draw number, so that draws are the
/// same in whatever order and on however many workers they are made.
///
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014), for the step
/// and the mixing; Lemire, "Fast random integer generation in an interval" (2019).
package struct CounterGenerator: RandomNumberGenerator, Sendable {
  /// What the numbers are for; streams of different purpose are independent.
  package enum Purpose: UInt64, Sendable { case speakers = 1, seeds, signs }

  private var state: UInt64

  package init(seed: UInt64, purpose: Purpose, draw: UInt64) {
    var key = Self.mixed(seed &+ 0x9E37_79B9_7F4A_7C15)
    key = Self.mixed(key ^ purpose.rawValue &* 0xD1B5_4A32_D192_ED03)
    state = Self.mixed(key ^ draw &* 0x9E37_79B9_7F4A_7C15)
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mixed(state)
  }

  /// A whole number in 0 ..< bound, without bias.
  package mutating func index(below bound: Int) -> Int {
    precondition(bound > 0, "a range that is not empty")
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let threshold = (0 &- range) % range
      while product.low < threshold { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
