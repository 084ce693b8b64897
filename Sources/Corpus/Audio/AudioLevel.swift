import Foundation

/// How loud a recording is; full scale is 32768.
package struct AudioLevel: Codable, Equatable, Sendable {
  /// Root mean square about zero, in dB of full scale; nil for digital silence.
  package var rmsDecibels: Double?

  /// The greatest magnitude, in dB of full scale; nil for digital silence.
  package var peakDecibels: Double?

  /// Samples at or past the ends of the 16-bit range.
  package var clippedSamples: Int

  /// The mean sample, Int16-valued.
  package var meanSample: Double

  /// The share of samples past which clipping is worth a warning.
  package static let clippingShare = 0.001

  /// Sums kept while blocks of a file pass by, in sample order.
  package struct Meter: Sendable {
    private var count = 0
    private var sum = 0.0
    private var squares = 0.0
    private var peak = 0.0
    private var clipped = 0

    package init() {}

    /// Takes the next samples, Int16-valued.
    package mutating func add(_ samples: UnsafeBufferPointer<Float>) {
      for sample in samples {
        let value = Double(sample)
        sum += value
        squares += value * value
        peak = max(peak, abs(value))
        if value >= 32767 || value <= -32768 { clipped += 1 }
      }
      count += samples.count
    }

    /// The level of what was taken; nil if nothing was.
    package var level: AudioLevel? {
      guard count > 0 else { return nil }
      let rms = (squares / Double(count)).squareRoot()
      return AudioLevel(
        rmsDecibels: rms > 0 ? 20 * log10(rms / 32768) : nil,
        peakDecibels: peak > 0 ? 20 * log10(peak / 32768) : nil, clippedSamples: clipped,
        meanSample: sum / Double(count))
    }
  }
}
