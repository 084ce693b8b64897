/// A loop over all phones with a bigram between them: what log posteriors are decoded by.
///
/// A phone is a chain of `minimumFrames` states of one class, the last of which may stay. A path of phones p_1 … p_K over
/// frames x_1 … x_T scores
///
///     Σ_t (ln P(c_t | x_t) − α ln P(c_t)) + Σ_k (λ ln P(p_k | p_{k−1}) + ι) + λ ln P(end | p_K)
///
/// with prior weight α, language weight λ and insertion penalty ι. Immutable; shared by any number of decoders.
package struct PhoneLoop: Sendable {
  /// Classes that are looked at in one go.
  static let lanes = 8

  package let classCount: Int
  package let options: PhoneDecodingOptions
  /// `[classes]`: α ln P(c), taken from each frame's log posteriors.
  let scaledPriors: [Float]
  /// Classes up to a multiple of ``lanes``.
  let paddedCount: Int
  /// `[classes + 1, paddedCount]`: λ ln P(column | row) + ι; the last row stands for the start, and nothing enters what
  /// is no class.
  let entries: [Double]
  /// `[classes, classes]`: the most by which entering from the column's class may be better than entering from the row's, the
  /// classes before being equally good.
  let advantages: [Double]
  /// `[classes]`: λ ln P(end | c).
  let ends: [Double]

  /// - Parameters:
  ///   - logPriors: `[classes]`.
  ///   - logSuccessions: `[classes + 1, classes + 1]`, as ``PhoneStatistics/logSuccessions``.
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
    let entries = (0..<side * padded).map { place in
      let (row, column) = (place / padded, place % padded)
      guard column < count else { return -Double.infinity }
      return weight * Double(logSuccessions[row * side + column]) + penalty
    }
    self.entries = entries
    advantages = (0..<count * count).map { place in
      let (row, column) = (place / count * padded, place % count * padded)
      var largest = -Double.infinity
      // What cannot be entered from the column has no advantage.
      for phone in 0..<count where entries[column + phone] > -.infinity {
        largest = max(largest, entries[column + phone] - entries[row + phone])
      }
      return largest
    }
    ends = (0..<count).map { weight * Double(logSuccessions[$0 * side + count]) }
  }
}
