internal import Glibc

/// A rate that rises once and falls once, along half cosines: PyTorch's `OneCycleLR` of two phases.
///
/// Source: Smith and Topin, "Super-convergence" (2018).
package struct OneCycle: Sendable, Hashable, Codable {
  package var peakRate: Double
  /// Steps of the whole training; after them the rate stays at its last value.
  package var totalSteps: Int
  /// The share of the steps in which the rate rises.
  package var warmUpShare: Double
  /// The first rate is the peak divided by it.
  package var startDivisor: Double
  /// The last rate is the first one divided by it.
  package var endDivisor: Double
  /// Adam's beta1, or the momentum, runs from the upper bound to the lower one while the rate rises, and back; nil
  /// leaves it alone.
  package var momentum: Momentum?

  package struct Momentum: Sendable, Hashable, Codable {
    package var low: Double
    package var high: Double

    package init(low: Double = 0.85, high: Double = 0.95) {
      self.low = low
      self.high = high
    }
  }

  package init(
    peakRate: Double, totalSteps: Int, warmUpShare: Double = 0.15, startDivisor: Double = 25,
    endDivisor: Double = 1e4, momentum: Momentum? = nil
  ) {
    self.peakRate = peakRate
    self.totalSteps = totalSteps
    self.warmUpShare = warmUpShare
    self.startDivisor = startDivisor
    self.endDivisor = endDivisor
    self.momentum = momentum
  }

  var isUsable: Bool {
    peakRate > 0 && peakRate.isFinite && totalSteps > 0 && warmUpShare >= 0 && warmUpShare <= 1
      && startDivisor > 0 && startDivisor.isFinite && endDivisor > 0 && endDivisor.isFinite
      && (momentum.map { $0.low >= 0 && $0.low <= $0.high && $0.high < 1 } ?? true)
  }

  /// The rate of step `step`, the first being 0.
  func rate(step: Int) -> Double {
    let first = peakRate / startDivisor
    return value(step: step, first: first, peak: peakRate, last: first / endDivisor)
  }

  func momentum(step: Int) -> Double? {
    momentum.map { value(step: step, first: $0.high, peak: $0.low, last: $0.high) }
  }

  private func value(step: Int, first: Double, peak: Double, last: Double) -> Double {
    let turn = warmUpShare * Double(totalSteps) - 1
    let end = Double(totalSteps - 1)
    let place = min(Double(step), end)
    if place <= turn { return Self.cosine(from: first, to: peak, part: turn > 0 ? place / turn : 1) }
    return Self.cosine(from: peak, to: last, part: end > turn ? (place - turn) / (end - turn) : 1)
  }

  private static func cosine(from start: Double, to end: Double, part: Double) -> Double {
    end + (start - end) / 2 * (1 + cos(.pi * part))
  }
}
