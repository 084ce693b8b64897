/// A shift, and if asked a scale, for each channel: mean and variance normalisation made ready to apply.
///
/// `y = x · s + o` in single precision, product rounded first, with `s = max(variance, 1e-20)^(−1/2)` and
/// `o = −mean · s` computed in double precision; without variance `y = x + o`. Source: Kaldi's `apply-cmvn`.
package struct CMVNNormalization: Sendable, Equatable {
  /// Variances below this are raised to it.
  package static let varianceFloor = 1e-20

  package let offsets: [Float]

  /// Nil when only the mean is subtracted.
  package let scales: [Float]?

  /// The channels whose variance was raised to ``varianceFloor``.
  package let flooredChannels: [Int]

  /// - Throws: ``PostprocessingError/insufficientStatistics(count:)`` over less than one frame.
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

  /// Normalises rows `[frames, channels]` in place; does not allocate.
  package func apply(to rows: UnsafeMutableBufferPointer<Float>) {
    let (frames, rest) = rows.count.quotientAndRemainder(dividingBy: channels)
    precondition(rest == 0, "a buffer of rows holds whole rows")
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
