/// A seeded generator of the streams of random numbers that training draws from.
///
/// Streams of one seed are independent of each other, so that a longer one never shifts another. Source: Steele, Lea and
/// Flood, "Fast splittable pseudorandom number generators" (2014).
package struct SeededGenerator: RandomNumberGenerator, Sendable {
  /// What the numbers are for.
  package enum Stream: UInt64, Sendable {
    case initialValues = 1
    case order = 2
    case shuffle = 3
    case dropout = 4
  }

  private var state: UInt64

  /// The generator of a seed's stream; `index` tells epochs, steps or layers apart.
  package init(seed: UInt64, stream: Stream, index: UInt64 = 0) {
    state = Self.mixed(Self.mixed(Self.mixed(seed) &+ stream.rawValue) &+ index)
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.finished(state)
  }

  /// A uniform number in [0, 1) of 53 bits.
  package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A whole number in 0 ..< bound, without bias.
  package mutating func index(below bound: Int) -> Int {
    precondition(bound > 0)
    return Int(next(upperBound: UInt64(bound)))
  }

  private static func mixed(_ value: UInt64) -> UInt64 { finished(value &+ 0x9E37_79B9_7F4A_7C15) }

  private static func finished(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
