/// Mean and optionally variance normalization, y = x · s + o, from fixed statistics.
///
/// s = max(variance, 1e-20)^(−1/2) and o = −mean · s are computed in double precision, y in single precision
/// with the product rounded first; without variance, y = x + o.
///
/// Source: Kaldi, `apply-cmvn`.
package struct CMVNNormalization: Sendable, Equatable {
  /// The minimum variance.
  package static let varianceFloor = 1e-20

  package let offsets: [Float]

  /// Nil if only the mean is subtracted.
  package let scales: [Float]?

  /// The channels whose variance was below ``varianceFloor``.
  package let flooredChannels: [Int]

  /// - Throws: ``PostprocessingError/insufficientStatistics(count:)`` for less than one frame.
  package init(_ statistics: CMVNStatistics, normalizesVariance: Bool) throws(PostprocessingError) {
    guard statistics.frameCount >= 1 else {
      throw .insufficientStatistics(count: statistics.frameCount)
    }
    let channels = 0..<statistics.channels
    guard normalizesVariance else {
      offsets = channels.map { Float(-statistics.mean(ofChannel: $0)) }
      scales = nil
      flooredChannels = []
      return
    }
    let variances = channels.map { statistics.variance(ofChannel: $0) }
    let deviations = variances.map { max($0, Self.varianceFloor).squareRoot() }
    offsets = channels.map { Float(-statistics.mean(ofChannel: $0) / deviations[$0]) }
    scales = deviations.map { Float(1 / $0) }
    flooredChannels = channels.filter { variances[$0] < Self.varianceFloor }
  }

  package var channels: Int { offsets.count }

  /// Normalizes rows, `[frames, channels]`, in place; allocates nothing.
  package func apply(to rows: UnsafeMutableBufferPointer<Float>) {
    let (frames, rest) = rows.count.quotientAndRemainder(dividingBy: channels)
    precondition(rest == 0, "an incomplete row")
    guard let base = rows.baseAddress else { return }
    let channels = channels
    offsets.withUnsafeBufferPointer { offsets in
      guard let scales else {
        for frame in 0..<frames {
          let row = base + frame * channels
          for channel in 0..<channels { row[channel] += offsets[channel] }
        }
        return
      }
      scales.withUnsafeBufferPointer { scales in
        for frame in 0..<frames {
          let row = base + frame * channels
          for channel in 0..<channels { row[channel] = row[channel] * scales[channel] + offsets[channel] }
        }
      }
    }
  }
}
