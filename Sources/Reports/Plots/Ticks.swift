/// The ticks of an axis: multiples of 1, 2 or 5 times a power of ten.
struct Ticks: Equatable {
  var values: [Double]
  /// The number of decimals that distinguishes neighboring ticks.
  var decimals: Int
  /// The range, widened to whole steps.
  var lower, upper: Double

  /// About `wanted` ticks over a range; a range that is not finite becomes 0 to 1.
  init(over range: (lower: Double, upper: Double), about wanted: Int = 5) {
    var (low, high) = range
    if !low.isFinite || !high.isFinite || low.magnitude > 1e12 || high.magnitude > 1e12 {
      (low, high) = (0, 1)
    }
    if low > high { (low, high) = (high, low) }
    // Widen a range that is empty up to rounding.
    if high - low <= 1e-9 * max(low.magnitude, high.magnitude, 1e-6) {
      let room = max(low.magnitude * 0.1, 1e-3)
      (low, high) = (low - room, high + room)
    }
    let rough = (high - low) / Double(max(1, wanted))
    var (power, decimals) = (1.0, 0)
    while power * 10 <= rough, power < 1e13 { power *= 10 }
    while power > rough, decimals < 12 {
      power /= 10
      decimals += 1
    }
    let step = [1.0, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? power * 10
    if step >= power * 10 { decimals = max(0, decimals - 1) }
    let first = (low / step + 1e-9).rounded(.down)
    let last = (high / step - 1e-9).rounded(.up)
    self.decimals = decimals
    lower = first * step
    upper = last * step
    values = stride(from: first, through: last, by: 1).map { $0 * step }
  }

  /// The label of a tick.
  func text(_ value: Double) -> String { NumberText.fixed(value, decimals) }
}

/// A linear map from values to page coordinates.
struct LinearScale {
  var domain: (lower: Double, upper: Double)
  var range: (start: Double, end: Double)

  /// The coordinate of a value, clamped to the range; NaN maps to its start.
  func callAsFunction(_ value: Double) -> Double {
    let width = domain.upper - domain.lower
    guard width > 0, !value.isNaN else { return range.start }
    let fraction = min(max((value - domain.lower) / width, 0), 1)
    return range.start + fraction * (range.end - range.start)
  }
}
