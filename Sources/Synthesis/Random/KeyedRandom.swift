import Foundations
import Glibc

/// A random generator determined by a seed and a name.
///
/// Each speaker and each utterance has its own, so nothing depends on the order in which they are made.
///
/// The generator is SplitMix64, the name is hashed by FNV-1a.
package struct KeyedRandom: RandomNumberGenerator, Sendable {
  private var generator: SplitMix64

  package init(seed: UInt64, key: String) {
    generator = SplitMix64(
      seed: SplitMix64.mixed(seed &+ SplitMix64.increment) ^ SplitMix64.mixed(FNV1a.hash(of: key)))
  }

  package mutating func next() -> UInt64 { generator.next() }

  /// A uniform number in [low, high).
  package mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * Double(next() >> 11) * 0x1p-53
  }

  /// A uniform index in 0 ..< count.
  package mutating func index(below count: Int) -> Int {
    precondition(count > 0, "index below \(count)")
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
    var index = 0
    while index < count {
      let word = next()
      // In 2⁻³³ … 1 − 2⁻³³, so the logarithm is finite.
      let first = (Double(word >> 32) + 0.5) * 0x1p-32
      let radius = (-2 * log(first)).squareRoot()
      let angle = 2 * Double.pi * Double(word & 0xFFFF_FFFF) * 0x1p-32
      values[index] = Float(radius * cos(angle))
      if index + 1 < count { values[index + 1] = Float(radius * sin(angle)) }
      index += 2
    }
    return values
  }
}
