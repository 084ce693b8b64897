import Foundation

/// Ratios of energies on a logarithmic scale.
enum Decibels {
  /// 10 log₁₀ of a ratio, not below the floor; what is no ratio lies on it.
  static func of(_ ratio: Double, floor: Double) -> Double {
    guard ratio > 0, ratio.isFinite else { return floor }
    return max(floor, 10 * log10(ratio))
  }
}
