/// CMVN statistics summed by speaker and over all utterances, in key order.
///
/// The shape is `[2, channels + 1]`, row-major, as in Kaldi's `compute-cmvn-stats`. The order of summation is
/// that of the keys, so the sums do not depend on which run made which shard.
package struct CMVNSums: Equatable, Sendable {
  package let channels: Int
  /// The statistics by speaker name.
  private var speakers: [[UInt8]: [Double]] = [:]
  /// The statistics of all utterances.
  package private(set) var global: [Double]

  package init(channels: Int) {
    self.channels = channels
    global = [Double](repeating: 0, count: 2 * (channels + 1))
  }

  package mutating func add(_ values: [Double], speaker: String) {
    precondition(values.count == global.count)
    let key = Array(speaker.utf8)
    var sums = speakers[key] ?? [Double](repeating: 0, count: values.count)
    for index in values.indices {
      sums[index] += values[index]
      global[index] += values[index]
    }
    speakers[key] = sums
  }

  /// The statistics of each speaker, in C-locale order.
  package var bySpeaker: [(speaker: String, values: [Double])] {
    speakers.sorted { $0.key.lexicographicallyPrecedes($1.key) }
      .map { (String(decoding: $0.key, as: UTF8.self), $0.value) }
  }

  package func values(speaker: String) -> [Double]? { speakers[Array(speaker.utf8)] }
}
