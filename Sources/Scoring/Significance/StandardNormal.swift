internal import Glibc

/// The standard normal distribution.
package enum StandardNormal {
  /// Φ(z) = erfc(−z / √2) / 2, accurate in both tails.
  package static func cumulative(_ z: Double) -> Double { 0.5 * erfc(-z * 0.5.squareRoot()) }

  /// The two-sided p of a statistic, 2 (1 − Φ(|z|)) = erfc(|z| / √2).
  package static func twoSidedP(_ z: Double) -> Double { erfc(z.magnitude * 0.5.squareRoot()) }
}
