internal import Glibc

/// A rate that rises and then falls along half cosines: PyTorch's `OneCycleLR` with two phases.
///
/// Source: Smith and Topin, "Super-convergence" (2018).
package struct OneCycle: Sendable, Hashable, Codable {
  package var peakRate: Double
  /// The steps of the whole training; after them the rate stays at its last value.
  package var totalSteps: Int
  /// The fraction of the steps in which the rate rises.
  package var warmUpShare: Double
  /// The peak rate divided by the first rate.
  package var startDivisor: Double
  /// The first rate divided by the last rate.
  package var endDivisor: Double
  /// The range of the momentum (Adam's beta1), which falls while the rate rises and back; nil keeps the
  /// optimizer's.
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

  /// The rate of a step, counted from 0.
  func rate(step: Int) -> Double {
    let first = peakRate / startDivisor
    return value(step: step, first: first, peak: peakRate, last: first / endDivisor)
  }

  func momentum(step: Int) -> Double? {
    momentum.map { value(step: step, first: $0.high, peak: $0.low, last: $0.high) }
  }

  private func value(step: Int, first: Double, peak: Double, last: Double) -> Double {
    let peakStep = warmUpShare * Double(totalSteps) - 1
    let end = Double(totalSteps - 1)
    let step = min(Double(step), end)
    if step <= peakStep {
      return Self.cosine(from: first, to: peak, fraction: peakStep > 0 ? step / peakStep : 1)
    }
    return Self.cosine(
      from: peak, to: last, fraction: end > peakStep ? (step - peakStep) / (end - peakStep) : 1)
  }

  private static func cosine(from start: Double, to end: Double, fraction: Double) -> Double {
    end + (start - end) / 2 * (1 + cos(.pi * fraction))
  }
}
