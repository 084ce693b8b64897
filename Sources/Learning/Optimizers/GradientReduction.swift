package import Foundations

/// The reduction of the gradients of a step's parts, and clipping.
package enum GradientReduction {
  /// Adds the parts to the first, element by element and in order: ((g₀ + g₁) + g₂) + g₃.
  ///
  /// The bits do not depend on `range`, so several threads may each take one.
  package static func addInOrder(_ parts: [AlignedBuffer<Float>], range: Range<Int>? = nil) {
    guard let first = parts.first else { return }
    let range = range ?? 0..<first.count
    precondition(range.lowerBound >= 0 && range.upperBound <= first.count)
    for part in parts.dropFirst() {
      precondition(part.count == first.count)
      let sum = first.base
      let addend = part.base
      for i in range { sum[i] += addend[i] }
    }
  }

  /// Blocks whose squares are summed separately, so that several threads may divide them.
  package static func blocks(of range: Range<Int>) -> [Range<Int>] {
    stride(from: range.lowerBound, to: range.upperBound, by: blockCount).map {
      $0..<min($0 + blockCount, range.upperBound)
    }
  }

  private static let blockCount = 1 << 15

  /// ‖g‖₂ in double precision: the sums of the blocks, in order.
  package static func norm(_ gradient: AlignedBuffer<Float>) -> Double {
    var sum = 0.0
    for start in stride(from: 0, to: gradient.count, by: blockCount) {
      sum += squares(gradient, start..<min(start + blockCount, gradient.count))
    }
    return sum.squareRoot()
  }

  /// Σ g² over a range in double precision: its element i in lane i mod 8, the lanes added in pairs.
  package static func squares(_ gradient: AlignedBuffer<Float>, _ range: Range<Int>) -> Double {
    precondition(range.lowerBound >= 0 && range.upperBound <= gradient.count)
    var lanes = SIMD8<Double>(repeating: 0)
    let (base, count) = (gradient.base + range.lowerBound, range.count)
    var i = 0
    while i + 8 <= count {
      let x = SIMD8<Double>(UnsafeRawPointer(base + i).loadUnaligned(as: SIMD8<Float>.self))
      lanes += x * x
      i += 8
    }
    for lane in 0..<(count - i) {
      let x = Double(base[i + lane])
      lanes[lane] += x * x
    }
    let four = lanes.lowHalf + lanes.highHalf
    let two = four.lowHalf + four.highHalf
    return two[0] + two[1]
  }

  /// The factor that scales a gradient of norm `norm` to at most `maximumNorm`: PyTorch's `clip_grad_norm_`.
  ///
  /// - Returns: nil if the gradient stays as it is, because its norm is small enough or not finite.
  package static func clippingFactor(norm: Double, maximumNorm: Double) -> Float? {
    guard norm.isFinite else { return nil }
    let factor = maximumNorm / (norm + 1e-6)
    return factor < 1 ? Float(factor) : nil
  }

  /// Scales the gradient so that its norm is at most `maximumNorm`.
  ///
  /// - Returns: The norm before; a gradient whose norm is not finite stays as it is.
  @discardableResult
  package static func clip(_ gradient: AlignedBuffer<Float>, maximumNorm: Double) -> Double {
    let norm = norm(gradient)
    if let factor = clippingFactor(norm: norm, maximumNorm: maximumNorm) {
      scale(gradient, by: factor, range: 0..<gradient.count)
    }
    return norm
  }

  package static func scale(_ gradient: AlignedBuffer<Float>, by factor: Float, range: Range<Int>) {
    let base = gradient.base
    for i in range { base[i] *= factor }
  }
}
