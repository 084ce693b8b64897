/// An exact transform P_out·B_k ··· B_1·P_in of permutations and butterflies, or its real part.
///
/// A front end that orders its samples while framing runs only `butterflies`; ``kaleidoscope()`` turns the
/// permutations into butterflies, too.
package struct TransformFactorization: Sendable {
  /// The order of samples before the first butterfly; natural if nil.
  package var inputPermutation: Permutation?

  /// In order of application.
  package var butterflies: [ButterflyMatrix<Double>]

  /// The permutation from the last butterfly's output order to the transform's; the identity if nil.
  package var outputPermutation: Permutation?

  /// Whether the transform is the real part of the product, for real input.
  package var takesRealPart = false

  package var size: Int { butterflies.first?.size ?? 0 }

  /// The transform as one map, permutations included: a member of (𝓑𝓑*)^w with w at most 2 per butterfly.
  ///
  /// - Throws: ``StructuredMapError``.
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

  /// The transform of a vector, computed by the butterflies.
  package func applied(to vector: [Complex]) -> [Complex] {
    var x = inputPermutation?.applied(to: vector) ?? vector
    for butterfly in butterflies { x = butterfly.applied(to: x) }
    if let outputPermutation { x = outputPermutation.applied(to: x) }
    if takesRealPart { for i in x.indices { x[i].imaginary = 0 } }
    return x
  }

  /// The transform after a diagonal (a window, for example), which is folded into the first butterfly at no
  /// cost.
  ///
  /// `diagonal` is in the order of the transform's input.
  ///
  /// - Throws: ``StructuredMapError/lengthMismatch(_:expected:found:)``.
  package func foldingInput(diagonal: [Complex]) throws(StructuredMapError) -> Self {
    guard diagonal.count == size else {
      throw .lengthMismatch(.diagonal, expected: size, found: diagonal.count)
    }
    var result = self
    result.butterflies[0] = try butterflies[0].foldingInput(
      diagonal: inputPermutation?.applied(to: diagonal) ?? diagonal)
    return result
  }

  /// The transform followed by a diagonal, which is folded into the last butterfly.
  ///
  /// `diagonal` is in the order of the transform's output.
  ///
  /// - Throws: ``StructuredMapError/lengthMismatch(_:expected:found:)``.
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
