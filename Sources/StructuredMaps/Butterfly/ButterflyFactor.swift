/// A butterfly factor matrix B_k^(n), k = 2·stride, in double precision.
///
/// Source: Dao et al., "Kaleidoscope", ICLR 2020, definition 2.2.
///
/// Pair i of n/2, with lo = i mod stride and p = 2(i − lo) + lo, maps positions p and p + stride:
/// (y_p, y_{p+stride})ᵀ = T_i (x_p, x_{p+stride})ᵀ. Twiddles are `[n/2][2][2]`.
package struct ButterflyFactor: Sendable, Equatable {
  package let size: Int
  package let stride: Int

  /// `[n/2][2][2]`, one row-major 2 × 2 matrix per pair.
  package var twiddle: [Complex]

  /// The identity.
  package init(size: Int, stride: Int) {
    precondition(size >= 2 && size.nonzeroBitCount == 1, "a butterfly of size \(size)")
    precondition(stride >= 1 && stride < size && stride.nonzeroBitCount == 1)
    self.size = size
    self.stride = stride
    twiddle = Array(repeating: [.one, .zero, .zero, .one], count: size / 2).flatMap { $0 }
  }

  /// The factor whose pair i has the 2 × 2 matrix `pair(i, lo)`, row-major.
  package init(size: Int, stride: Int, pair: (Int, Int) -> [Complex]) {
    self.init(size: size, stride: stride)
    for i in 0..<(size / 2) {
      let entries = pair(i, i % stride)
      precondition(entries.count == 4)
      for e in 0..<4 { twiddle[4 * i + e] = entries[e] }
    }
  }

  /// The lower position of pair `index`; the other is `stride` further.
  package func position(ofPair index: Int) -> Int { 2 * (index - index % stride) + index % stride }

  /// The product with a vector, by the definition.
  package func applied(to vector: [Complex]) -> [Complex] {
    precondition(vector.count == size)
    var result = vector
    for i in 0..<(size / 2) {
      let (p, t) = (position(ofPair: i), 4 * i)
      let (a, b) = (vector[p], vector[p + stride])
      result[p] = twiddle[t] * a + twiddle[t + 1] * b
      result[p + stride] = twiddle[t + 2] * a + twiddle[t + 3] * b
    }
    return result
  }

  package func transposed() -> Self {
    Self(size: size, stride: stride) { i, _ in
      [twiddle[4 * i], twiddle[4 * i + 2], twiddle[4 * i + 1], twiddle[4 * i + 3]]
    }
  }

  /// F·diag(d), where the diagonal acts first.
  package func foldingInput(diagonal d: [Complex]) -> Self {
    precondition(d.count == size)
    return Self(size: size, stride: stride) { i, _ in
      let p = position(ofPair: i)
      return (0..<4).map { twiddle[4 * i + $0] * d[$0 % 2 == 0 ? p : p + stride] }
    }
  }

  /// diag(d)·F, where the diagonal acts last.
  package func foldingOutput(diagonal d: [Complex]) -> Self {
    precondition(d.count == size)
    return Self(size: size, stride: stride) { i, _ in
      let p = position(ofPair: i)
      return (0..<4).map { d[$0 < 2 ? p : p + stride] * twiddle[4 * i + $0] }
    }
  }

  /// self·first for two factors of the same stride, again a factor of that stride.
  package func merged(after first: Self) -> Self {
    precondition(size == first.size && stride == first.stride)
    return Self(size: size, stride: stride) { i, _ in
      let (t, u) = (Array(twiddle[(4 * i)..<(4 * i + 4)]), Array(first.twiddle[(4 * i)..<(4 * i + 4)]))
      return [
        t[0] * u[0] + t[1] * u[2], t[0] * u[1] + t[1] * u[3],
        t[2] * u[0] + t[3] * u[2], t[2] * u[1] + t[3] * u[3],
      ]
    }
  }

  package func dense() -> DenseMatrix {
    var matrix = DenseMatrix(rows: size, columns: size)
    for i in 0..<(size / 2) {
      let p = position(ofPair: i)
      for (e, (r, c)) in [(p, p), (p, p + stride), (p + stride, p), (p + stride, p + stride)].enumerated() {
        matrix[r, c] = twiddle[4 * i + e]
      }
    }
    return matrix
  }
}
