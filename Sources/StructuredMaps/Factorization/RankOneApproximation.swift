/// The best rank-one approximation left·rightᵀ of a matrix, the singular value split equally between the two.
struct RankOneApproximation {
  var left: [Complex]
  var right: [Complex]

  /// Finds the approximation by one-sided Jacobi rotations.
  ///
  /// They make the columns of the matrix (of its transpose, if that is narrower) orthogonal. The longest
  /// column is then σ₁u₁ up to rounding, however close the singular values are.
  init(_ matrix: DenseMatrix) {
    let isWide = matrix.columns > matrix.rows
    let (length, count) = isWide ? (matrix.columns, matrix.rows) : (matrix.rows, matrix.columns)
    func entry(_ i: Int, _ j: Int) -> Complex { isWide ? matrix[j, i] : matrix[i, j] }
    // Scaled by the largest entry, so that squares neither overflow nor underflow.
    let scale = matrix.elements.reduce(0.0) { max($0, abs($1.real), abs($1.imaginary)) }
    guard scale > 0, scale.isFinite else {
      left = Array(repeating: .zero, count: matrix.rows)
      right = Array(repeating: .zero, count: matrix.columns)
      return
    }
    var columns = (0..<count).map { j in (0..<length).map { i in (1 / scale) * entry(i, j) } }
    // The product of all rotations: the rotated columns are the original columns times it.
    var rotations = (0..<count).map { j in (0..<count).map { $0 == j ? Complex.one : .zero } }
    var isRotating = count > 1
    var sweep = 0
    while isRotating && sweep < 60 {
      isRotating = false
      sweep += 1
      for p in 0..<(count - 1) {
        for q in (p + 1)..<count where Self.orthogonalize(&columns, &rotations, p, q) {
          isRotating = true
        }
      }
    }
    let norms = columns.map { $0.reduce(0.0) { $0 + $1.squaredMagnitude } }
    var best = 0
    for j in 1..<max(count, 1) where norms[j] > norms[best] { best = j }
    let sigma = norms[best].squareRoot()
    let rootSigma = (sigma * scale).squareRoot()
    // matrix ≈ (σu) vᴴ, where v is a column of the rotation.
    let u = columns[best].map { (rootSigma / sigma) * $0 }
    let v = rotations[best].map { rootSigma * $0.conjugate }
    (left, right) = isWide ? (v, u) : (u, v)
  }

  /// Rotates columns p and q until they are orthogonal; false if they already are, up to rounding.
  private static func orthogonalize(
    _ columns: inout [[Complex]], _ rotations: inout [[Complex]], _ p: Int, _ q: Int
  ) -> Bool {
    var (alpha, beta, gamma) = (0.0, 0.0, Complex.zero)
    for i in columns[p].indices {
      alpha += columns[p][i].squaredMagnitude
      beta += columns[q][i].squaredMagnitude
      gamma += columns[p][i].conjugate * columns[q][i]
    }
    let coupling = gamma.squaredMagnitude.squareRoot()
    // A column that is mere rounding noise relative to the other is left alone.
    guard min(alpha, beta) > 1e-33 * max(alpha, beta), coupling > 1e-14 * (alpha * beta).squareRoot(),
      coupling > 1e-140
    else { return false }
    let zeta = (beta - alpha) / (2 * coupling)
    let tangent = (zeta >= 0 ? 1.0 : -1.0) / (abs(zeta) + (1 + zeta * zeta).squareRoot())
    let cosine = 1 / (1 + tangent * tangent).squareRoot()
    let sine = cosine * tangent
    let phase = (1 / coupling) * gamma
    rotate(&columns, p, q, cosine, sine, phase)
    rotate(&rotations, p, q, cosine, sine, phase)
    return true
  }

  private static func rotate(
    _ columns: inout [[Complex]], _ p: Int, _ q: Int, _ cosine: Double, _ sine: Double, _ phase: Complex
  ) {
    for i in columns[p].indices {
      let (x, turned) = (columns[p][i], phase.conjugate * columns[q][i])
      columns[p][i] = cosine * x - sine * turned
      columns[q][i] = phase * (sine * x + cosine * turned)
    }
  }
}
