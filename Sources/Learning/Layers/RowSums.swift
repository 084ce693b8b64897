/// Sums over a row in double precision: element i in lane i mod 4, then (s₀ + s₁) + (s₂ + s₃).
enum RowSums {
  /// Σ x.
  static func sum(_ x: UnsafePointer<Float>, _ count: Int) -> Double {
    var s = SIMD4<Double>()
    forEachFour(count) { i, lane in s[lane] += Double(x[i]) }
    return (s[0] + s[1]) + (s[2] + s[3])
  }

  /// Σ (x − mean)².
  static func squares(_ x: UnsafePointer<Float>, mean: Double, _ count: Int) -> Double {
    var s = SIMD4<Double>()
    forEachFour(count) { i, lane in
      let d = Double(x[i]) - mean
      s[lane] += d * d
    }
    return (s[0] + s[1]) + (s[2] + s[3])
  }

  /// Σ a b.
  static func products(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Double {
    var s = SIMD4<Double>()
    forEachFour(count) { i, lane in s[lane] += Double(a[i]) * Double(b[i]) }
    return (s[0] + s[1]) + (s[2] + s[3])
  }

  @inline(__always)
  private static func forEachFour(_ count: Int, _ body: (_ index: Int, _ lane: Int) -> Void) {
    var i = 0
    while i + 4 <= count {
      body(i, 0)
      body(i + 1, 1)
      body(i + 2, 2)
      body(i + 3, 3)
      i += 4
    }
    while i < count {
      body(i, i & 3)
      i += 1
    }
  }
}
