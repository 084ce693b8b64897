/// Formatted numbers, the same in every locale, with true minus signs and narrow spaces.
enum NumberText {
  static let none = "–"
  static let minus = "\u{2212}"
  /// The separator of a number and its unit, and of groups of three digits; never broken across lines.
  static let narrowSpace = "\u{202F}"

  /// A number with a fixed number of decimals; a dash if it is nil or not finite.
  static func fixed(_ value: Double?, _ decimals: Int) -> String {
    guard let value, value.isFinite, value.magnitude < 1e12 else { return none }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let whole = Int((value.magnitude * scale).rounded())
    let digits = String(whole)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let sign = value < 0 && whole > 0 ? minus : ""
    return decimals > 0 ? sign + padded.dropLast(decimals) + "." + padded.suffix(decimals) : sign + padded
  }

  /// A number with its sign, unless it rounds to 0.
  static func signed(_ value: Double?, _ decimals: Int) -> String {
    let text = fixed(value, decimals)
    guard let value, value > 0, text.contains(where: { "123456789".contains($0) }) else { return text }
    return "+" + text
  }

  /// A fraction in percent, without the percent sign.
  static func percent(_ share: Double?, _ decimals: Int = 1) -> String {
    fixed(share.map { 100 * $0 }, decimals)
  }

  /// A fraction in percent, with the percent sign.
  static func percentSign(_ share: Double?, _ decimals: Int = 1) -> String {
    let text = percent(share, decimals)
    return text == none ? text : text + narrowSpace + "%"
  }

  /// A difference of fractions in percentage points.
  static func points(_ difference: Double?, _ decimals: Int = 2) -> String {
    signed(difference.map { 100 * $0 }, decimals)
  }

  /// A count in groups of three digits.
  static func count(_ value: Int?) -> String {
    guard let value else { return none }
    let digits = String(value.magnitude)
    guard digits.count > 4 else { return (value < 0 ? minus : "") + digits }
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text += narrowSpace }
      text.append(digit)
    }
    return (value < 0 ? minus : "") + text
  }

  /// A probability with two significant digits, tiny ones with a power of ten.
  static func probability(_ value: Double?) -> String {
    guard let value, value.isFinite else { return none }
    if value >= 0.995 { return fixed(value, 2) }
    if value <= 0 { return "0" }
    if value >= 0.0995 { return fixed(value, 2) }
    if value >= 0.00995 { return fixed(value, 3) }
    if value >= 0.000995 { return fixed(value, 4) }
    var (mantissa, exponent) = (value, 0)
    while mantissa < 0.995, exponent < 400 {
      mantissa *= 10
      exponent += 1
    }
    return "\(fixed(mantissa, 1))\(narrowSpace)×\(narrowSpace)10\(superscript("-\(exponent)"))"
  }

  /// A number of bytes in mebibytes.
  static func mebibytes(_ bytes: Int?) -> String { count(bytes.map { ($0 + (1 << 19)) >> 20 }) }

  /// Mean ± standard deviation in percent; only the mean of a single value.
  static func spread(_ shares: [Double], _ decimals: Int = 2) -> String {
    guard !shares.isEmpty else { return none }
    let mean = percent(shares.mean, decimals)
    return shares.count > 1 ? "\(mean) ± \(percent(shares.deviation, decimals))" : mean
  }

  /// A count with its noun: "1 seed", "5 seeds".
  static func plural(_ number: Int, _ noun: String) -> String {
    "\(count(number))\u{A0}\(noun)\(number == 1 ? "" : "s")"
  }

  private static func superscript(_ text: String) -> String {
    let raised: [Character: Character] = [
      "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸",
      "9": "⁹",
    ]
    return String(text.map { raised[$0] ?? $0 })
  }
}

extension [Double] {
  /// The mean; nil if empty.
  var mean: Double? { isEmpty ? nil : reduce(0, +) / Double(count) }

  /// The sample standard deviation; 0 for fewer than two values.
  var deviation: Double {
    guard count > 1, let mean else { return 0 }
    return (reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)).squareRoot()
  }
}
