import Foundations

/// A generator of the random streams of training.
///
/// The streams of a seed are independent: drawing more from one never shifts another.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
  /// The purpose of the numbers.
  package enum Stream: UInt64, Sendable {
    case initialValues = 1
    case order = 2
    case shuffle = 3
    case dropout = 4
  }

  private var generator: SplitMix64

  /// The generator of a stream of a seed; `index` distinguishes epochs, steps or layers.
  package init(seed: UInt64, stream: Stream, index: UInt64 = 0) {
    generator = SplitMix64(seed: Self.key(Self.key(Self.key(seed) &+ stream.rawValue) &+ index))
  }

  package mutating func next() -> UInt64 { generator.next() }

  /// A uniform number in [0, 1) with 53 random bits.
  package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// An unbiased integer in 0 ..< bound.
  package mutating func index(below bound: Int) -> Int {
    precondition(bound > 0)
    return Int(next(upperBound: UInt64(bound)))
  }

  private static func key(_ value: UInt64) -> UInt64 { SplitMix64.mixed(value &+ SplitMix64.increment) }
}
