/// The results of the passes over all of an utterance, on which its frames depend: for each of
/// ``FeatureProperties/measuring`` the mean of its channels over all frames.
package struct UtteranceMeasures: Sendable, Equatable {
  package var means: [[Double]] = []

  /// Before the first pass.
  package init() {}
}

/// The mean of each channel over all frames of an utterance, summed in their order.
package struct ChannelMeans: Sendable {
  private var sums: [Double]
  private var frames = 0

  package init(channels: Int) { sums = Array(repeating: 0, count: channels) }

  /// Adds frames, `[frames, channels]`.
  package mutating func add(_ rows: UnsafeBufferPointer<Float>) {
    for (index, value) in rows.enumerated() { sums[index % sums.count] += Double(value) }
    frames += rows.count / sums.count
  }

  /// 0 for an utterance without frames.
  package var values: [Double] { sums.map { $0 / Double(max(1, frames)) } }
}
