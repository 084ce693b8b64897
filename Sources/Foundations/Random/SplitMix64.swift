/// The random generator SplitMix64: a counter with an odd increment whose values are mixed.
///
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
@usableFromInline package struct SplitMix64: RandomNumberGenerator, Sendable {
  /// The increment, 2⁶⁴ divided by the golden ratio.
  @inlinable package static var increment: UInt64 { 0x9E37_79B9_7F4A_7C15 }

  @usableFromInline var state: UInt64

  /// A generator with the initial state `seed`.
  @inlinable package init(seed: UInt64) { state = seed }

  @inlinable package mutating func next() -> UInt64 {
    state &+= Self.increment
    return Self.mixed(state)
  }

  /// The finalizer: a bijection of 64-bit integers in which each bit of the argument affects all bits of the
  /// result.
  @inlinable package static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
