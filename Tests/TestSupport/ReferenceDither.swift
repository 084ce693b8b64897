import Glibc

/// The dither generator, one number at a time, with normal variates in double precision.
///
/// Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011), Philox4x32-10; Box and Muller
/// (1958).
package enum ReferenceDither {
  /// The four words of Philox4x32-10 for a counter and a key.
  package static func philox(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var counter = counter
    var key = key
    for _ in 0..<10 {
      let first = counter.x.multipliedFullWidth(by: 0xD251_1F53)
      let second = counter.z.multipliedFullWidth(by: 0xCD9E_8D57)
      counter = SIMD4(second.high ^ counter.y ^ key.x, second.low, first.high ^ counter.w ^ key.y, first.low)
      key.x &+= 0x9E37_79B9
      key.y &+= 0xBB67_AE85
    }
    return counter
  }

  /// Standard normal variates of a frame's samples.
  package static func normals(count: Int, seed: UInt64, utterance: UInt64, frame: UInt64) -> [Double] {
    var normals: [Double] = []
    normals.reserveCapacity(count + 3)
    let key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    for quadruple in 0..<(count + 3) / 4 {
      // 16 bits of the quadruple, 48 of the frame, 64 of the utterance.
      let words = philox(
        counter: SIMD4(
          UInt32(quadruple) | UInt32(truncatingIfNeeded: (frame >> 32) << 16),
          UInt32(truncatingIfNeeded: frame), UInt32(truncatingIfNeeded: utterance),
          UInt32(truncatingIfNeeded: utterance >> 32)), key: key)
      for pair in [(words.x, words.y), (words.z, words.w)] {
        let radius = (-2 * log(Double(pair.0 >> 8 + 1) * 0x1p-24)).squareRoot()
        let angle = 2 * Double.pi * Double(pair.1) * 0x1p-32
        normals += [radius * cos(angle), radius * sin(angle)]
      }
    }
    return Array(normals.prefix(count))
  }
}
