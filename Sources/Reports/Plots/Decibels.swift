import Foundation

/// Energy ratios on a logarithmic scale.
enum Decibels {
  /// 10 log₁₀ of a ratio, clamped to the floor from below; the floor for zero, negative and non-finite
  /// values.
  static func of(_ ratio: Double, floor: Double) -> Double {
    guard ratio > 0, ratio.isFinite else { return floor }
    return max(floor, 10 * log10(ratio))
  }
}
