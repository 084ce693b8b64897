import Foundation

/// The level of a recording; full scale is 32768.
package struct AudioLevel: Codable, Equatable, Sendable {
  /// The root mean square in dBFS; nil for digital silence.
  package var rmsDecibels: Double?

  /// The maximum magnitude in dBFS; nil for digital silence.
  package var peakDecibels: Double?

  /// The number of samples at or beyond the limits of Int16.
  package var clippedSamples: Int

  /// The mean sample, Int16-valued.
  package var meanSample: Double

  /// Whether all samples are equal.
  package var isConstant: Bool = false

  /// The fraction of full scale beyond which a mean is warned of.
  package static let largestMean = 0.05 * 32768

  /// Whether the mean is more than half of the root mean square.
  var meanIsLarge: Bool {
    guard let rmsDecibels else { return false }
    return abs(meanSample) > 0.5 * 32768 * pow(10, rmsDecibels / 20)
  }

  /// The fraction of clipped samples above which a warning is given.
  package static let clippingShare = 0.001

  /// An accumulator of the level over blocks of samples in order.
  package struct Meter: Sendable {
    private var count = 0
    private var sum = 0.0
    private var squares = 0.0
    private var peak = 0.0
    private var clipped = 0
    private var lowest = Double.infinity
    private var highest = -Double.infinity

    package init() {}

    /// Adds the next samples, Int16-valued.
    package mutating func add(_ samples: UnsafeBufferPointer<Float>) {
      for sample in samples {
        let value = Double(sample)
        sum += value
        squares += value * value
        peak = max(peak, abs(value))
        lowest = min(lowest, value)
        highest = max(highest, value)
        if value >= 32767 || value <= -32768 { clipped += 1 }
      }
      count += samples.count
    }

    /// The level of the samples added so far; nil if there are none.
    package var level: AudioLevel? {
      guard count > 0 else { return nil }
      let rms = (squares / Double(count)).squareRoot()
      return AudioLevel(
        rmsDecibels: rms > 0 ? 20 * log10(rms / 32768) : nil,
        peakDecibels: peak > 0 ? 20 * log10(peak / 32768) : nil, clippedSamples: clipped,
        meanSample: sum / Double(count), isConstant: lowest == highest)
    }
  }
}
