/// The sums over frames that determine mean and variance of each channel.
///
/// They are Kaldi's matrix of 2 × (channels + 1) doubles: row 0 holds Σx and, last, the number of frames; row
/// 1 holds Σx² and an unused last column. Squares are computed in double precision (in single precision by
/// Kaldi), so that the variance of a channel far from zero stays accurate.
///
/// Frames are summed in time order, so the statistics do not depend on how the utterance is split into calls.
package struct CMVNStatistics: Sendable, Equatable {
  package let channels: Int

  /// The matrix, `[2, channels + 1]`, as Kaldi stores it.
  package private(set) var matrix: [Double]

  /// Statistics of no frames.
  ///
  /// - Precondition: `channels > 0`.
  package init(channels: Int) {
    precondition(channels > 0)
    self.channels = channels
    matrix = [Double](repeating: 0, count: 2 * (channels + 1))
  }

  /// Statistics read from a file.
  ///
  /// - Throws: ``PostprocessingError/malformedStatistics(rows:columns:)`` and
  ///   ``PostprocessingError/invalidStatistics(row:column:)``.
  package init(matrix: [Double], rows: Int, columns: Int) throws(PostprocessingError) {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows == 2, columns >= 2, !overflow, count == matrix.count else {
      throw .malformedStatistics(rows: rows, columns: columns)
    }
    channels = columns - 1
    self.matrix = matrix
    for (index, value) in matrix.enumerated() {
      let mustNotBeNegative = index >= columns - 1
      guard value.isFinite, !mustNotBeNegative || value >= 0 else {
        throw .invalidStatistics(row: index / columns, column: index % columns)
      }
    }
  }

  /// The number of frames summed.
  package var frameCount: Double { matrix[channels] }

  /// The mean of a channel; NaN for no frames.
  package func mean(ofChannel channel: Int) -> Double { matrix[channel] / frameCount }

  /// The variance of a channel, Σx² / n − mean², not floored; NaN for no frames.
  package func variance(ofChannel channel: Int) -> Double {
    let mean = mean(ofChannel: channel)
    return matrix[channels + 1 + channel] / frameCount - mean * mean
  }

  /// Adds rows, `[frames, channels]`, in time order; the utterance may be cut anywhere.
  package mutating func accumulate(_ rows: UnsafeBufferPointer<Float>) {
    let (frames, rest) = rows.count.quotientAndRemainder(dividingBy: channels)
    precondition(rest == 0, "an incomplete row")
    guard let source = rows.baseAddress else { return }
    let channels = channels
    matrix.withUnsafeMutableBufferPointer { matrix in
      guard let sums = matrix.baseAddress else { return }
      let squaredSums = sums + channels + 1
      for frame in 0..<frames {
        let row = source + frame * channels
        for channel in 0..<channels {
          let value = Double(row[channel])
          sums[channel] += value
          squaredSums[channel] += value * value
        }
      }
      sums[channels] += Double(frames)
    }
  }
}
