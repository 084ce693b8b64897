/// What is done to gradients between the parts of a step and the optimiser.
package enum GradientReduction {
  /// Adds the parts in their order into the first, element by element: ((g₀ + g₁) + g₂) + g₃.
  ///
  /// The bits don't depend on `range`, so that several threads may each take one.
  package static func addInOrder(_ parts: [FloatStorage], range: Range<Int>? = nil) {
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

  /// ‖g‖₂ over all of it, in Double: element i in lane i mod 8, the lanes added in pairs.
  package static func norm(_ gradient: FloatStorage) -> Double {
    var lanes = SIMD8<Double>(repeating: 0)
    let base = gradient.base
    var i = 0
    while i + 8 <= gradient.count {
      let x = SIMD8<Double>(UnsafeRawPointer(base + i).loadUnaligned(as: SIMD8<Float>.self))
      lanes += x * x
      i += 8
    }
    for lane in 0..<(gradient.count - i) {
      let x = Double(base[i + lane])
      lanes[lane] += x * x
    }
    let four = lanes.lowHalf + lanes.highHalf
    let two = four.lowHalf + four.highHalf
    return (two[0] + two[1]).squareRoot()
  }

  /// Scales the gradient so that its norm is at most `maximumNorm`: PyTorch's `clip_grad_norm_`.
  ///
  /// - Returns: The norm before; where it is not finite, the gradient is left as it is.
  @discardableResult
  package static func clip(_ gradient: FloatStorage, maximumNorm: Double) -> Double {
    let norm = norm(gradient)
    guard norm.isFinite else { return norm }
    let factor = maximumNorm / (norm + 1e-6)
    guard factor < 1 else { return norm }
    let scale = Float(factor)
    let base = gradient.base
    for i in 0..<gradient.count { base[i] *= scale }
    return norm
  }
}
