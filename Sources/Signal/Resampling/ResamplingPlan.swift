import Foundation
import Foundations

/// The filter that takes one sample rate to another, y_m = Σ_n x_n h(m·M/L − n) with M/L the exact ratio of
/// the rates in lowest terms.
///
/// h is a sinc under a Kaiser window. Of the Nyquist frequency of the lower rate, what is below
/// ``passband`` stays within 0.001 dB, and what is above 1 is at least ``attenuationDecibels`` lower: nothing
/// audible is mirrored. Output m is the signal at the true time m / (output rate), so nothing is delayed.
///
/// Source: Smith and Gossett, "A flexible sampling-rate conversion method" (1984); Kaiser, "Nonrecursive
/// digital filter design using the I0-sinh window function" (1974).
package struct ResamplingPlan: Sendable {
  /// The fraction of the lower Nyquist frequency up to which nothing changes.
  package static let passband = 0.9
  /// The attenuation beyond the lower Nyquist frequency.
  package static let attenuationDecibels = 100.0

  package let inputRateHertz: Int
  package let outputRateHertz: Int
  /// Output samples per period of the two clocks, L.
  let phases: Int
  /// Input samples per period of the two clocks, M.
  let inputsPerPeriod: Int
  /// Input samples that an output depends on before its time, and as many after it.
  let reach: Int
  /// For each phase the weights of samples n₀ − reach + 1 … n₀ + reach, then zeros to a multiple of 16.
  let weights: AlignedBuffer<Float>
  let weightStride: Int

  /// The ratio of two rates, either way, from which on there is no plan.
  package static let largestRatio = 64
  /// The most weights that a filter may have.
  static let largestTable = 1 << 23

  /// The plan for two rates; nil if the rates are too far apart or have too small a common divisor.
  ///
  /// - Precondition: Both rates are positive.
  package static func between(_ inputRate: Int, and outputRate: Int) -> ResamplingPlan? {
    let key = Pair(input: inputRate, output: outputRate)
    return plans.withLock { plans in
      if let known = plans[key] { return known }
      let plan = ResamplingPlan(from: inputRate, to: outputRate)
      plans[key] = .some(plan)
      return plan
    }
  }

  private struct Pair: Hashable { var input, output: Int }
  private static let plans = Guarded<[Pair: ResamplingPlan?]>([:])

  private init?(from inputRate: Int, to outputRate: Int) {
    precondition(inputRate > 0 && outputRate > 0, "a rate that is not positive")
    let (low, high) = (min(inputRate, outputRate), max(inputRate, outputRate))
    guard high / low < Self.largestRatio else { return nil }
    let divisor = Self.greatestCommonDivisor(inputRate, outputRate)
    inputRateHertz = inputRate
    outputRateHertz = outputRate
    phases = outputRate / divisor
    inputsPerPeriod = inputRate / divisor
    // Of the input's Nyquist frequency: the transition from pass band to stop band has its middle here.
    let scale = min(1, Double(outputRate) / Double(inputRate))
    let cutoff = scale * (1 + Self.passband) / 2
    let transition = Double.pi * scale * (1 - Self.passband)
    let taps = (Self.attenuationDecibels - 8) / (2.285 * transition)
    reach = Int((taps / 2).rounded(.up)) + 1
    weightStride = (2 * reach + 15) / 16 * 16
    guard phases <= Self.largestTable / weightStride else { return nil }
    weights = AlignedBuffer<Float>(count: phases * weightStride)
    let beta = 0.1102 * (Self.attenuationDecibels - 8.7)
    let scaleOfWindow = 1 / Self.bessel(beta)
    for phase in 0..<phases {
      let fraction = Double(phase) / Double(phases)
      let row = weights.base + phase * weightStride
      let values = (0..<2 * reach).map { tap -> Double in
        let time = fraction - Double(tap - reach + 1)
        let width = time / Double(reach)
        guard abs(width) < 1 else { return 0 }
        let angle = Double.pi * cutoff * time
        let sinc = time == 0 ? cutoff : cutoff * sin(angle) / angle
        return sinc * Self.bessel(beta * (1 - width * width).squareRoot()) * scaleOfWindow
      }
      // Each phase passes a constant as it is.
      let sum = values.reduce(0, +)
      for (tap, value) in values.enumerated() { row[tap] = Float(value / sum) }
      for tap in 2 * reach..<weightStride { row[tap] = 0 }
    }
  }

  /// The modified Bessel function I₀.
  private static func bessel(_ x: Double) -> Double {
    var (sum, term, k) = (1.0, 1.0, 1.0)
    while term > 1e-17 * sum {
      term *= (x / (2 * k)) * (x / (2 * k))
      sum += term
      k += 1
    }
    return sum
  }

  private static func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
    var (a, b) = (first, second)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }

  /// The number of output samples of an input: those at times before its end, ⌈count · L / M⌉.
  package func outputCount(inputCount: Int) -> Int {
    Self.sample(inputCount, of: inputRateHertz, at: outputRateHertz)
  }

  /// The first sample of one clock that is not before a sample of another: ⌈sample · to / from⌉.
  ///
  /// Whether a sample is before a boundary is thereby decided as by exact fractions of seconds.
  package static func sample(_ sample: Int, of from: Int, at to: Int) -> Int {
    let divisor = greatestCommonDivisor(from, to)
    let (numerator, denominator) = (to / divisor, from / divisor)
    let product = sample.multipliedFullWidth(by: numerator)
    let (quotient, remainder) = denominator.dividingFullWidth(product)
    return remainder > 0 ? quotient + 1 : quotient
  }
}
