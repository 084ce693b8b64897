/// Where a filter's response to tones lies, and how wide it is.
package struct FilterShape: Sendable, Equatable {
  /// The mean frequency, weighted with energy.
  package var centerHertz: Double
  /// The equivalent rectangular bandwidth: the area below the response over its peak.
  package var bandwidthHertz: Double

  /// Nil for a filter that answers to nothing.
  package init?(response: [Double], frequenciesHertz: [Double]) {
    let count = min(response.count, frequenciesHertz.count)
    guard count > 1 else { return nil }
    var (weight, moment, area, peak) = (0.0, 0.0, 0.0, 0.0)
    for index in 0..<count where response[index].isFinite && response[index] > 0 {
      // Each point counts for the interval halfway to its neighbors.
      let left = frequenciesHertz[max(0, index - 1)]
      let right = frequenciesHertz[min(count - 1, index + 1)]
      let width = (right - left) / 2
      weight += response[index] * width
      moment += response[index] * width * frequenciesHertz[index]
      area += response[index] * width
      peak = max(peak, response[index])
    }
    guard weight > 0, peak > 0, (moment / weight).isFinite, (area / peak).isFinite else { return nil }
    centerHertz = moment / weight
    bandwidthHertz = area / peak
  }
}
