internal import CKernels

/// The update formulas, for parameters of one group and their gradient.
///
/// Factors are computed in double precision and rounded once to Float32, like PyTorch's scalars. Loops have
/// no branch and no call, so they are vectorized; every element gets the same operations whatever its index.
struct UpdateFormulas {
  let parameters: UnsafeMutablePointer<Float>
  let gradient: UnsafePointer<Float>
  let count: Int
  let rate: Double
  let decay: Double

  /// m ← m + (g − m)(1 − β₁); v ← β₂v + (1 − β₂)g²; p ← p − rate/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
  ///
  /// - Parameter decoupled: weight decay as p ← p(1 − rate · decay) before the step, not as g ← g + decay ·
  ///   p.
  func adam(
    _ first: UnsafeMutablePointer<Float>, _ second: UnsafeMutablePointer<Float>, beta1: Double, beta2: Double,
    epsilon: Double, step: Int, decoupled: Bool
  ) {
    let correction1 = 1 - power(beta1, step)
    let correction2 = (1 - power(beta2, step)).squareRoot()
    let stepSize = Float(rate / correction1)
    let inverse2 = Float(correction2)
    let (gain1, keep2, gain2) = (Float(1 - beta1), Float(beta2), Float(1 - beta2))
    let added = decoupled ? 0 : Float(decay)
    let shrinkage = decoupled ? Float(1 - rate * decay) : 1
    let floor = Float(epsilon)
    let (p, g) = (parameters, gradient)
    for i in 0..<count {
      let old = p[i] * shrinkage
      let slope = g[i] + added * old
      let m = first[i] + (slope - first[i]) * gain1
      let v = second[i] * keep2 + gain2 * slope * slope
      first[i] = m
      second[i] = v
      p[i] = old - stepSize * (m / (ck_square_root(v) / inverse2 + floor))
    }
  }

  /// b ← momentum · b + g; p ← p − rate · b, or with Nesterov p ← p − rate · (g + momentum · b).
  func sgd(_ buffer: UnsafeMutablePointer<Float>?, momentum: Double, nesterov: Bool) {
    let (size, kept, added) = (Float(rate), Float(momentum), Float(decay))
    let (p, g) = (parameters, gradient)
    guard let buffer else {
      for i in 0..<count { p[i] -= size * (g[i] + added * p[i]) }
      return
    }
    // Nesterov's step looks ahead by one more momentum.
    let (gradientWeight, bufferWeight): (Float, Float) = nesterov ? (1, kept) : (0, 1)
    for i in 0..<count {
      let slope = g[i] + added * p[i]
      let b = buffer[i] * kept + slope
      buffer[i] = b
      p[i] -= size * (gradientWeight * slope + bufferWeight * b)
    }
  }

  /// v ← αv + (1 − α)g²; p ← p − rate · g/(√v + ε); with momentum, b ← momentum · b + g/(√v + ε) and p ← p −
  /// rate · b.
  func rmsprop(
    _ square: UnsafeMutablePointer<Float>, _ buffer: UnsafeMutablePointer<Float>?, smoothing: Double,
    epsilon: Double, momentum: Double
  ) {
    let (size, added, floor) = (Float(rate), Float(decay), Float(epsilon))
    let (keep, gain, kept) = (Float(smoothing), Float(1 - smoothing), Float(momentum))
    let (p, g) = (parameters, gradient)
    guard let buffer else {
      for i in 0..<count {
        let slope = g[i] + added * p[i]
        let v = square[i] * keep + gain * slope * slope
        square[i] = v
        p[i] -= size * (slope / (ck_square_root(v) + floor))
      }
      return
    }
    for i in 0..<count {
      let slope = g[i] + added * p[i]
      let v = square[i] * keep + gain * slope * slope
      square[i] = v
      let b = buffer[i] * kept + slope / (ck_square_root(v) + floor)
      buffer[i] = b
      p[i] -= size * b
    }
  }

  /// base^exponent by squaring, without a library: the same bits everywhere.
  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, bits) = (1.0, base, exponent)
    while bits > 0 {
      if bits & 1 == 1 { result *= square }
      square *= square
      bits >>= 1
    }
    return result
  }
}
