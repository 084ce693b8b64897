/// e^u − 1, within 2 ulp for |u| below 80; larger ones are taken for that.
@inline(__always)
func expm1(_ u: SIMD8<Float>) -> SIMD8<Float> {
  let (q, scale) = exponentialParts(u)
  return q * scale + (scale - 1)
}

/// e^u, within 2 ulp for |u| below 80; larger ones are taken for that.
@inline(__always)
func exponential(_ u: SIMD8<Float>) -> SIMD8<Float> {
  let (q, scale) = exponentialParts(u)
  return q * scale + scale
}

/// e^s − 1 by its series, and 2^n, where u = n ln 2 + s with |s| ≤ ½ ln 2.
@inline(__always)
private func exponentialParts(_ u: SIMD8<Float>) -> (q: SIMD8<Float>, scale: SIMD8<Float>) {
  let u = u.clamped(lowerBound: SIMD8(repeating: -80), upperBound: SIMD8(repeating: 80))
  // Adding 1.5 · 2²³ rounds to a whole number, which is then in the low bits.
  let magic = SIMD8<Float>(repeating: 12_582_912)
  let shifted = u * 1.442_695 + magic
  let n = shifted - magic
  // ln 2 in two parts, so that n times the larger is exact.
  let s = (u - n * 0.693_359_375) + n * 2.121_944_4e-4
  var q = SIMD8<Float>(repeating: 1.0 / 5040)
  q = q * s + 1.0 / 720
  q = q * s + 1.0 / 120
  q = q * s + 1.0 / 24
  q = q * s + 1.0 / 6
  q = q * s + 0.5
  q = q * (s * s) + s
  let exponent =
    unsafeBitCast(shifted, to: SIMD8<Int32>.self) &- unsafeBitCast(magic, to: SIMD8<Int32>.self)
  return (q, unsafeBitCast((exponent &+ 127) &<< 23, to: SIMD8<Float>.self))
}
