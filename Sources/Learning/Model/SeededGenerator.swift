import Foundations

/// A seeded generator of the streams of random numbers that training draws from.
///
/// Streams of one seed are independent of each other, so that a longer one never shifts another.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
  /// What the numbers are for.
  package enum Stream: UInt64, Sendable {
    case initialValues = 1
    case order = 2
    case shuffle = 3
    case dropout = 4
  }

  private var generator: SplitMix64

  /// The generator of a seed's stream; `index` tells epochs, steps or layers apart.
  package init(seed: UInt64, stream: Stream, index: UInt64 = 0) {
    generator = SplitMix64(seed: Self.key(Self.key(Self.key(seed) &+ stream.rawValue) &+ index))
  }

  package mutating func next() -> UInt64 { generator.next() }

  /// A uniform number in [0, 1) of 53 bits.
  package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A whole number in 0 ..< bound, without bias.
  package mutating func index(below bound: Int) -> Int {
    precondition(bound > 0)
    return Int(next(upperBound: UInt64(bound)))
  }

  private static func key(_ value: UInt64) -> UInt64 { SplitMix64.mixed(value &+ SplitMix64.increment) }
}
