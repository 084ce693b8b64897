/// A loop over all phones with a bigram between them, the model that log posteriors are decoded with.
///
/// A phone is a chain of `minimumFrames` states of one class, with a self-loop on the last. A path of phones
/// p_1 … p_K over frames x_1 … x_T has the score
///
///     Σ_t (ln P(c_t | x_t) − α ln P(c_t)) + Σ_k (λ ln P(p_k | p_{k−1}) + ι) + λ ln P(end | p_K)
///
/// with prior weight α, language weight λ and insertion penalty ι. Immutable; shared by any number of
/// decoders.
package struct PhoneLoop: Sendable {
  /// The classes of one SIMD vector.
  static let lanes = 8

  package let classCount: Int
  package let options: PhoneDecodingOptions
  /// α ln P(c), `[classes]`, subtracted from each frame's log posteriors.
  let scaledPriors: [Float]
  /// The number of classes, rounded up to a multiple of ``lanes``.
  let paddedCount: Int
  /// λ ln P(column | row) + ι, `[classes + 1, paddedCount]`; the last row is the start, and padding has −∞.
  let entries: [Double]
  /// The most by which a transition from the column's class can outscore one from the row's to the same
  /// phone, `[classes, classes]`.
  let advantages: [Double]
  /// λ ln P(end | c), `[classes]`.
  let ends: [Double]

  /// - Parameters:
  ///   - logPriors: `[classes]`.
  ///   - logSuccessions: `[classes + 1, classes + 1]`, as ``PhoneStatistics/logSuccessions``.
  ///   - options: weights, penalty and shortest duration.
  package init(logPriors: [Float], logSuccessions: [Float], options: PhoneDecodingOptions) {
    let count = logPriors.count
    let side = count + 1
    precondition(count > 0 && logSuccessions.count == side * side)
    classCount = count
    self.options = options
    scaledPriors = logPriors.map { options.priorWeight * $0 }
    let (weight, penalty) = (Double(options.languageWeight), Double(options.insertionPenalty))
    let padded = (count + Self.lanes - 1) / Self.lanes * Self.lanes
    paddedCount = padded
    let entries = (0..<side * padded).map { index in
      let (row, column) = (index / padded, index % padded)
      guard column < count else { return -Double.infinity }
      return weight * Double(logSuccessions[row * side + column]) + penalty
    }
    self.entries = entries
    advantages = (0..<count * count).map { index in
      let (row, column) = (index / count * padded, index % count * padded)
      var largest = -Double.infinity
      // A phone that cannot follow the column's class gives no advantage.
      for phone in 0..<count where entries[column + phone] > -.infinity {
        largest = max(largest, entries[column + phone] - entries[row + phone])
      }
      return largest
    }
    ends = (0..<count).map { weight * Double(logSuccessions[$0 * side + count]) }
  }
}
