import Foundations
import Glibc

/// A random generator whose numbers depend on a seed and on a name alone: each speaker and each utterance has its own, so
/// that nothing depends on the order in which they are made.
///
/// The generator is SplitMix64, the name's hash FNV-1a.
package struct KeyedRandom: RandomNumberGenerator, Sendable {
  private var generator: SplitMix64

  package init(seed: UInt64, key: String) {
    generator = SplitMix64(
      seed: SplitMix64.mixed(seed &+ SplitMix64.increment) ^ SplitMix64.mixed(FNV1a.hash(of: key)))
  }

  package mutating func next() -> UInt64 { generator.next() }

  /// Uniform in [low, high).
  package mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * Double(next() >> 11) * 0x1p-53
  }

  /// Uniform among 0 ..< count.
  package mutating func index(below count: Int) -> Int {
    precondition(count > 0, "nothing to choose from")
    return Int(next().multipliedFullWidth(by: UInt64(count)).high)
  }

  package mutating func element<Element>(of elements: [Element]) -> Element {
    elements[index(below: elements.count)]
  }

  /// Standard normal variates.
  ///
  /// Source: Box and Muller (1958).
  package mutating func normals(count: Int) -> [Float] {
    var values = [Float](repeating: 0, count: count)
    var place = 0
    while place < count {
      let word = next()
      // 2⁻³³ … 1 − 2⁻³³: the logarithm never meets 0.
      let first = (Double(word >> 32) + 0.5) * 0x1p-32
      let radius = (-2 * log(first)).squareRoot()
      let angle = 2 * Double.pi * Double(word & 0xFFFF_FFFF) * 0x1p-32
      values[place] = Float(radius * cos(angle))
      if place + 1 < count { values[place + 1] = Float(radius * sin(angle)) }
      place += 2
    }
    return values
  }
}
