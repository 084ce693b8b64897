import Glibc

/// Finds where a stop's closure ends and its burst begins.
struct StopRelease {
  /// Samples of a millisecond.
  private static let hop = Rendering.sampleRateHertz / 1000
  /// The least rise that counts as a burst.
  private static let leastRiseDecibels = 8.0

  private let samples: [Float]

  init(in samples: [Float]) { self.samples = samples }

  /// The sample of the release inside a stop's segment: where the log energy of the pre-emphasised signal rises most, the
  /// six milliseconds after against the ten before; nil if it rises nowhere by 8 dB, or the segment is too short to tell.
  func sample(from start: Int, to end: Int) -> Int? {
    let hop = Self.hop
    guard end - start >= 12 * hop else { return nil }
    let first = max(0, start - 4 * hop)
    let energies = logEnergies(from: first, to: min(samples.count, end + 4 * hop))
    var sums = [0.0]
    for energy in energies { sums.append(sums[sums.count - 1] + energy) }
    // Neither at the very beginning of the closure nor so late that no burst is left.
    let earliest = (start - first) / hop + max(4, (end - start) / (4 * hop))
    let latest = min((end - first) / hop - 4, energies.count)
    var best: (rise: Double, place: Int)?
    for place in earliest..<max(earliest, latest) {
      let (before, after) = (max(0, place - 10), min(energies.count, place + 6))
      let rise =
        (sums[after] - sums[place]) / Double(after - place)
        - (sums[place] - sums[before]) / Double(place - before)
      if rise > best?.rise ?? Self.leastRiseDecibels { best = (rise, place) }
    }
    return best.map { first + $0.place * hop }
  }

  /// dB of each whole millisecond of x_n − 0.97 x_{n−1}.
  private func logEnergies(from first: Int, to last: Int) -> [Double] {
    let hop = Self.hop
    return (0..<max(0, last - first) / hop).map { place in
      var energy = 0.0
      for index in first + place * hop..<first + (place + 1) * hop {
        let before = index > first ? Double(samples[index - 1]) : 0
        let value = index > first ? Double(samples[index]) - 0.97 * before : 0
        energy += value * value
      }
      return 10 * log10(energy / Double(hop) + 1)
    }
  }
}
