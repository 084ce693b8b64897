/// An exact transform as permutation, butterflies, permutation: Re or all of P_out·B_k ··· B_1·P_in.
///
/// A front end that chooses the order of its samples while framing runs `butterflies` alone; ``kaleidoscope()`` turns
/// the permutations into butterflies too.
package struct TransformFactorization: Sendable {
  /// The order of the samples that the butterflies ask for; natural if nil.
  package var inputPermutation: Permutation?

  /// In order of application.
  package var butterflies: [ButterflyMatrix<Double>]

  /// What puts the butterflies' outputs into the transform's order; nothing if nil.
  package var outputPermutation: Permutation?

  /// The transform is the real part, of real input.
  package var takesRealPart = false

  package var size: Int { butterflies.first?.size ?? 0 }

  /// The transform as one map, permutations included: a member of (𝓑𝓑*)^w, w at most 2 for each butterfly.
  package func kaleidoscope() throws(StructuredMapError) -> KaleidoscopeMatrix<Double> {
    var blocks: [ButterflyMatrix<Double>] = []
    func append(_ permutation: Permutation?) throws(StructuredMapError) {
      guard let permutation else { return }
      let routed = try KaleidoscopeMatrix<Double>(permutation)
      blocks.append(routed.block(0))
      blocks.append(routed.block(1))
    }
    try append(inputPermutation)
    blocks += butterflies
    try append(outputPermutation)
    return try KaleidoscopeMatrix(product: blocks, asWholeWidths: true)
  }

  /// The transform of a vector, by way of the butterflies.
  package func applied(to vector: [Complex]) -> [Complex] {
    var x = inputPermutation?.applied(to: vector) ?? vector
    for butterfly in butterflies { x = butterfly.applied(to: x) }
    if let outputPermutation { x = outputPermutation.applied(to: x) }
    if takesRealPart { for i in x.indices { x[i].imaginary = 0 } }
    return x
  }

  /// A diagonal in the order of the transform's input, folded into the first butterfly: a window costs nothing.
  package func foldingInput(diagonal: [Complex]) throws(StructuredMapError) -> Self {
    guard diagonal.count == size else {
      throw .lengthMismatch(.diagonal, expected: size, found: diagonal.count)
    }
    var result = self
    result.butterflies[0] = try butterflies[0].foldingInput(
      diagonal: inputPermutation?.applied(to: diagonal) ?? diagonal)
    return result
  }

  /// A diagonal in the order of the transform's output, folded into the last butterfly.
  package func foldingOutput(diagonal: [Complex]) throws(StructuredMapError) -> Self {
    guard diagonal.count == size else {
      throw .lengthMismatch(.diagonal, expected: size, found: diagonal.count)
    }
    var result = self
    let last = butterflies.count - 1
    result.butterflies[last] = try butterflies[last].foldingOutput(
      diagonal: outputPermutation?.inverse.applied(to: diagonal) ?? diagonal)
    return result
  }

  static func check(size: Int) throws(StructuredMapError) {
    guard size >= 2, size.nonzeroBitCount == 1, size <= KaleidoscopeShape.largestSize else {
      throw .notPowerOfTwo(.size, found: size)
    }
  }
}
