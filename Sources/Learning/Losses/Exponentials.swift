/// exp and ln by unfused additions, multiplications and bit patterns: the same bits on every machine.
enum Exponentials {
  /// The least argument whose exponential is not 0; below it results would be denormal (exp(−87) is 1.6e-38).
  static let floor: Float = -87

  /// Writes exp(x − shift) for each x of a row and returns the sum; shift is at least the row's maximum.
  ///
  /// A value is within 1.5 ulp (n = round(x/ln 2) and a polynomial of degree 7 of the remainder); below −87
  /// it is 0. The sum runs in 8 lanes, class k in lane k mod 8, which are added in pairs: a relative error of
  /// at most 1e-6 for a hundred classes. NaN stays NaN, in the sum too.
  static func exponentiate(
    _ row: UnsafePointer<Float>, count: Int, minus shift: Float, into output: UnsafeMutablePointer<Float>
  ) -> Float {
    for i in 0..<count { output[i] = exponential(row[i] - shift) }
    var lanes = SIMD8<Float>(repeating: 0)
    var i = 0
    while i + 8 <= count {
      lanes += UnsafeRawPointer(output + i).loadUnaligned(as: SIMD8<Float>.self)
      i += 8
    }
    for lane in 0..<(count - i) { lanes[lane] += output[i + lane] }
    let four = lanes.lowHalf + lanes.highHalf
    let two = four.lowHalf + four.highHalf
    return two[0] + two[1]
  }

  /// exp(x) for x ≤ 0.
  @inline(__always)
  static func exponential(_ x: Float) -> Float {
    // Adding 1.5 · 2²³ leaves the nearest integer in the lowest bits.
    let shifted = x * 1.442_695_04 + 12_582_912
    let whole = shifted - 12_582_912
    // ln 2 in two parts, the larger times `whole` exact.
    let r = (x - whole * 0.693_359_375) - whole * -2.121_944_4e-4
    var p: Float = 1.987_569_15e-4
    p = p * r + 1.398_199_95e-3
    p = p * r + 8.333_451_9e-3
    p = p * r + 4.166_579_6e-2
    p = p * r + 1.666_666_55e-1
    p = p * r + 5.000_000_1e-1
    let mantissa = (p * (r * r) + r) + 1
    let exponent = (shifted.bitPattern &- 0x4B40_0000 &+ 127) << 23
    let value = mantissa * Float(bitPattern: exponent)
    return x < floor ? 0 : value
  }

  /// ln(x) of a normal x > 0 within 2 ulp; −∞ of 0, NaN of negative numbers.
  ///
  /// x = 2ᵉ·m with m in [√½, √2), ln m = 2 artanh((m − 1)/(m + 1)), summed to the 21st power.
  static func logarithm(_ x: Double) -> Double {
    guard x > 0, x < .infinity else { return x == 0 ? -.infinity : (x < 0 ? .nan : x) }
    let bits = x.bitPattern
    var exponent = Int(bits >> 52) - 1023
    var m = Double(bitPattern: bits & 0x000F_FFFF_FFFF_FFFF | 0x3FF0_0000_0000_0000)
    if m > 1.414_213_562_373_095_1 {
      m *= 0.5
      exponent += 1
    }
    let s = (m - 1) / (m + 1)
    let square = s * s
    var series = 1.0 / 21
    for odd in stride(from: 19.0, through: 3, by: -2) { series = series * square + 1 / odd }
    let e = Double(exponent)
    return e * 0x1.62e42fefa38p-1 + (2 * s + (2 * s * square * series + e * 0x1.ef35793c7673p-45))
  }
}
