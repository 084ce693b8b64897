import Glibc

/// A detector of the release burst of stops.
struct StopRelease {
  /// Samples per millisecond.
  private static let hop = RenderedUtterance.sampleRateHertz / 1000
  private static let minimumRiseDecibels = 8.0

  private let samples: [Float]

  init(in samples: [Float]) { self.samples = samples }

  /// The sample of the release in a stop's segment, or nil if there is none.
  ///
  /// It is where the log energy of the pre-emphasized signal rises most, from the 10 ms before to the 6 ms
  /// after. There is no release if the rise is below 8 dB or the segment shorter than 12 ms.
  func sample(from start: Int, to end: Int) -> Int? {
    let hop = Self.hop
    guard end - start >= 12 * hop else { return nil }
    let first = max(0, start - 4 * hop)
    let energies = logEnergies(from: first, to: min(samples.count, end + 4 * hop))
    var sums = [0.0]
    for energy in energies { sums.append(sums[sums.count - 1] + energy) }
    // Not in the first quarter of the segment, and not so late that no burst would remain.
    let earliest = (start - first) / hop + max(4, (end - start) / (4 * hop))
    let latest = min((end - first) / hop - 4, energies.count)
    var best: (rise: Double, index: Int)?
    for index in earliest..<max(earliest, latest) {
      let (before, after) = (max(0, index - 10), min(energies.count, index + 6))
      let rise =
        (sums[after] - sums[index]) / Double(after - index)
        - (sums[index] - sums[before]) / Double(index - before)
      if rise > best?.rise ?? Self.minimumRiseDecibels { best = (rise, index) }
    }
    return best.map { first + $0.index * hop }
  }

  /// The energy in dB of each whole millisecond of x_n − 0.97 x_{n−1}.
  private func logEnergies(from first: Int, to last: Int) -> [Double] {
    let hop = Self.hop
    return (0..<max(0, last - first) / hop).map { millisecond in
      var energy = 0.0
      for index in first + millisecond * hop..<first + (millisecond + 1) * hop {
        let before = index > first ? Double(samples[index - 1]) : 0
        let value = index > first ? Double(samples[index]) - 0.97 * before : 0
        energy += value * value
      }
      return 10 * log10(energy / Double(hop) + 1)
    }
  }
}
