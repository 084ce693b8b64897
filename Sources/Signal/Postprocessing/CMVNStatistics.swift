/// Sums over frames from which mean and variance of each channel follow.
///
/// Kept as Kaldi's matrix of 2 × (channels + 1) doubles: row 0 holds Σx and, last, the number of frames; row
/// 1 holds Σx² and a last column that is not used. Squares are taken in double precision (Kaldi takes them in
/// single), so that the variance of a channel far from zero keeps its digits.
///
/// Every sum has one order: frames in time order within an utterance; utterances in the order of their keys'
/// UTF-8 bytes within a speaker or the whole. The statistics then do not depend on chunking, shards or
/// workers.
package struct CMVNStatistics: Sendable, Equatable {
  package let channels: Int

  /// The 2 × (channels + 1) matrix, row after row, as Kaldi stores it.
  package private(set) var matrix: [Double]

  /// Statistics over no frames.
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

  /// The mean of a channel; NaN over no frames.
  package func mean(ofChannel channel: Int) -> Double { matrix[channel] / frameCount }

  /// The variance of a channel, Σx² / n − mean², not floored; NaN over no frames.
  package func variance(ofChannel channel: Int) -> Double {
    let mean = mean(ofChannel: channel)
    return matrix[channels + 1 + channel] / frameCount - mean * mean
  }

  /// Adds rows `[frames, channels]`, in time order; calls may cut the utterance anywhere.
  package mutating func accumulate(_ rows: UnsafeBufferPointer<Float>) {
    let (frames, rest) = rows.count.quotientAndRemainder(dividingBy: channels)
    precondition(rest == 0, "a buffer of rows holds whole rows")
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

  /// Adds the sums of other frames.
  ///
  /// - Throws: ``PostprocessingError/channelMismatch(expected:found:)``.
  package mutating func add(_ other: CMVNStatistics) throws(PostprocessingError) {
    guard other.channels == channels else {
      throw .channelMismatch(expected: channels, found: other.channels)
    }
    for index in matrix.indices { matrix[index] += other.matrix[index] }
  }

  /// Sums statistics of utterances in the order of their keys, whatever the order they are given in.
  ///
  /// - Throws: ``PostprocessingError/channelMismatch(expected:found:)``.
  package static func total(
    of utterances: [(key: String, statistics: CMVNStatistics)], channels: Int
  ) throws(PostprocessingError) -> CMVNStatistics {
    var total = CMVNStatistics(channels: channels)
    for utterance in utterances.sorted(by: { $0.key.precedesInBytes($1.key) }) {
      try total.add(utterance.statistics)
    }
    return total
  }

  /// Sums statistics of utterances speaker by speaker; the speakers come in the order of their names' bytes.
  ///
  /// - Throws: ``PostprocessingError/channelMismatch(expected:found:)``.
  package static func totals(
    bySpeakerOf utterances: [(key: String, speaker: String, statistics: CMVNStatistics)], channels: Int
  ) throws(PostprocessingError) -> [(speaker: String, statistics: CMVNStatistics)] {
    let groups = Dictionary(grouping: utterances, by: \.speaker)
    var totals: [(speaker: String, statistics: CMVNStatistics)] = []
    for speaker in groups.keys.sorted(by: { $0.precedesInBytes($1) }) {
      let members = (groups[speaker] ?? []).map { (key: $0.key, statistics: $0.statistics) }
      totals.append((speaker, try total(of: members, channels: channels)))
    }
    return totals
  }
}

extension String {
  /// Order by UTF-8 bytes, which no locale changes: that of `LC_ALL=C sort`.
  fileprivate func precedesInBytes(_ other: String) -> Bool {
    utf8.lexicographicallyPrecedes(other.utf8)
  }
}
