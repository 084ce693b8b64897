/// The options of a comparison.
package struct SignificanceOptions: Sendable, Equatable, Codable {
  /// The seed of every draw.
  package var seed: UInt64 = 1

  package var bootstrapDraws = 10_000

  /// The number of drawn sign patterns for more than `exactSignFlipSpeakers` independent voices.
  package var signFlipDraws = 100_000

  package var exactSignFlipSpeakers = 20

  /// α, the maximum adjusted p of a contender that differs.
  package var significanceLevel = 0.05

  /// The fraction of the bootstrap distribution between the ends of an interval.
  package var confidenceLevel = 0.95

  /// The minimum number of independent voices for a verdict: five cannot reach p = 0.05 (2 / 2⁵ = 0.0625).
  package var minimumVoices = 6

  package init() {}

  /// Checks the ranges.
  ///
  /// - Throws: ``ScoringError/optionOutOfRange(option:found:allowed:)``.
  package func check() throws(ScoringError) {
    try ComparisonOption.bootstrapDraws.check(bootstrapDraws, in: 1...10_000_000)
    try ComparisonOption.signFlipDraws.check(signFlipDraws, in: 1...10_000_000)
    try ComparisonOption.exactSignFlipSpeakers.check(exactSignFlipSpeakers, in: 0...24)
    try ComparisonOption.significanceLevel.check(significanceLevel, in: 0...0.5)
    try ComparisonOption.confidenceLevel.check(confidenceLevel, in: 0.5...0.9999)
    try ComparisonOption.minimumVoices.check(minimumVoices, in: 1...1_000_000)
  }
}

extension ComparisonOption {
  func check(_ found: Int, in allowed: ClosedRange<Int>) throws(ScoringError) {
    guard !allowed.contains(found) else { return }
    throw .optionOutOfRange(
      option: self, found: Double(found), allowed: Double(allowed.lowerBound)...Double(allowed.upperBound))
  }

  func check(_ found: Double, in allowed: ClosedRange<Double>) throws(ScoringError) {
    guard !allowed.contains(found) else { return }
    throw .optionOutOfRange(option: self, found: found, allowed: allowed)
  }
}
