internal import Glibc

/// Initial weights of a dense map, `[outputs, inputs]`.
package enum InitialWeights: Sendable, Hashable {
  /// Uniform in ±1/√inputs: PyTorch's default for `nn.Linear`, Kaiming-uniform with a = √5.
  case uniform
  /// Orthonormal rows (or columns, whichever are fewer) times `gain`, from the QR factorization of a normal
  /// matrix with a positive diagonal of R. Source: Saxe, McClelland and Ganguli (2014).
  case orthogonal(gain: Float = 1)
  /// Row-major values, `[outputs, inputs]`.
  case given([Float])

  /// The values; random ones are drawn from `generator`.
  package func values(outputs: Int, inputs: Int, using generator: inout SeededGenerator) -> [Float] {
    switch self {
    case .uniform:
      return Self.uniform(count: outputs * inputs, bound: 1 / Double(inputs).squareRoot(), using: &generator)
    case .orthogonal(let gain):
      return Self.orthogonal(outputs: outputs, inputs: inputs, using: &generator).map { Float($0) * gain }
    case .given(let values):
      precondition(values.count == outputs * inputs, "\(values.count) weights for [\(outputs), \(inputs)]")
      return values
    }
  }

  /// Uniform random numbers in ±bound.
  package static func uniform(count: Int, bound: Double, using generator: inout SeededGenerator) -> [Float] {
    (0..<count).map { _ in Float((2 * generator.uniform() - 1) * bound) }
  }

  /// Standard normal random numbers, by the method of Box and Muller.
  static func normal(count: Int, using generator: inout SeededGenerator) -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(count + 1)
    while values.count < count {
      // 1 − u is in (0, 1], so its logarithm is finite.
      let radius = (-2 * log(1 - generator.uniform())).squareRoot()
      let angle = 2 * Double.pi * generator.uniform()
      values.append(radius * cos(angle))
      values.append(radius * sin(angle))
    }
    values.removeLast(values.count - count)
    return values
  }

  // Gram-Schmidt, twice, which is orthogonal to rounding (Giraud, Langou and Rozložník, 2005) and the QR
  // factorization with a positive diagonal of R.
  private static func orthogonal(
    outputs: Int, inputs: Int, using generator: inout SeededGenerator
  ) -> [Double] {
    let count = min(outputs, inputs)
    let length = max(outputs, inputs)
    var vectors = normal(count: count * length, using: &generator)
    vectors.withUnsafeMutableBufferPointer { vectors in
      guard let base = vectors.baseAddress else { return }
      for i in 0..<count {
        let vector = base + i * length
        for _ in 0..<2 {
          for j in 0..<i {
            let other = base + j * length
            let projection = dot(vector, other, length)
            for k in 0..<length { vector[k] -= projection * other[k] }
          }
        }
        let scale = 1 / dot(vector, vector, length).squareRoot()
        for k in 0..<length { vector[k] *= scale }
      }
    }
    guard outputs > inputs else { return vectors }
    var transposed = vectors
    for i in 0..<count { for k in 0..<length { transposed[k * count + i] = vectors[i * length + k] } }
    return transposed
  }

  // Four independent chains, which the processor overlaps.
  private static func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
    var (s0, s1, s2, s3) = (0.0, 0.0, 0.0, 0.0)
    var i = 0
    while i + 4 <= count {
      s0 += a[i] * b[i]
      s1 += a[i + 1] * b[i + 1]
      s2 += a[i + 2] * b[i + 2]
      s3 += a[i + 3] * b[i + 3]
      i += 4
    }
    while i < count {
      s0 += a[i] * b[i]
      i += 1
    }
    return (s0 + s1) + (s2 + s3)
  }
}
