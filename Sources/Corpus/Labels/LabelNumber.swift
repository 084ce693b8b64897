/// A decimal number of a label file, exact to 12 decimals: `mantissa` · 10^−`decimals`.
package struct LabelNumber: Equatable, Sendable {
  package var mantissa: Int
  package var decimals: Int

  /// Whether it was written with a point or an exponent.
  package var isFractional: Bool

  /// Further decimals are far below a sample and are dropped.
  private static let maximumDecimals = 12

  package init(_ mantissa: Int, decimals: Int = 0, isFractional: Bool = false) {
    self.mantissa = mantissa
    self.decimals = decimals
    self.isFractional = isFractional
  }

  /// Why bytes are no number.
  enum Fault: Error {
    case notANumber
    case tooLarge
  }

  /// Parses all of `bytes`: `-12`, `0.625`, `1.1e-05`.
  init(_ bytes: some Collection<UInt8>) throws(Fault) {
    var iterator = bytes.makeIterator()
    var next = iterator.next()
    let isNegative = next == UInt8(ascii: "-")
    if isNegative || next == UInt8(ascii: "+") { next = iterator.next() }
    var mantissa = 0
    var exponent = 0
    var digits = 0
    var isFull = false
    isFractional = false
    while let byte = next, byte &- 0x30 < 10 || (byte == UInt8(ascii: ".") && !isFractional) {
      if byte == UInt8(ascii: ".") {
        isFractional = true
      } else {
        digits += 1
        let (tens, overflow) = mantissa.multipliedReportingOverflow(by: 10)
        let (sum, carry) = tens.addingReportingOverflow(Int(byte &- 0x30))
        if overflow || carry {
          guard isFractional else { throw .tooLarge }
          // Decimals past 64 bits change nothing that is kept.
          isFull = true
        } else if !isFull {
          mantissa = sum
          if isFractional { exponent -= 1 }
        }
      }
      next = iterator.next()
    }
    guard digits > 0 else { throw .notANumber }
    if let byte = next, byte | 0x20 == UInt8(ascii: "e") {
      isFractional = true
      exponent += try Self.exponent(&iterator)
      next = nil
    }
    guard next == nil else { throw .notANumber }
    while exponent > 0, mantissa != 0 {
      let (tens, overflow) = mantissa.multipliedReportingOverflow(by: 10)
      guard !overflow else { throw .tooLarge }
      mantissa = tens
      exponent -= 1
    }
    while exponent < -Self.maximumDecimals, mantissa != 0 {
      mantissa /= 10
      exponent += 1
    }
    self.mantissa = isNegative ? -mantissa : mantissa
    decimals = mantissa == 0 ? 0 : max(0, -exponent)
  }

  private static func exponent(_ bytes: inout some IteratorProtocol<UInt8>) throws(Fault) -> Int {
    var next = bytes.next()
    let isNegative = next == UInt8(ascii: "-")
    if isNegative || next == UInt8(ascii: "+") { next = bytes.next() }
    guard next != nil else { throw .notANumber }
    var value = 0
    while let byte = next {
      guard byte &- 0x30 < 10 else { throw .notANumber }
      value = min(10_000, value * 10 + Int(byte &- 0x30))
      next = bytes.next()
    }
    return isNegative ? -value : value
  }
}

/// A unit of bare numbers in label files.
package enum LabelUnit: String, CaseIterable, Codable, Sendable {
  case samples
  case seconds
  case milliseconds
  /// The duration of one frame shift.
  case frames
  /// HTK's.
  case hundredNanoseconds = "100ns"

  /// One of the unit.
  var noun: String { self == .hundredNanoseconds ? "time in 100 ns" : String(rawValue.dropLast()) }
}

/// An exact time from the start of the audio: a fraction of seconds, or a count of samples.
package struct LabelTime: Equatable, Sendable {
  package var numerator: Int
  /// 0 for a count of samples.
  package var denominator: Int

  package static func samples(_ count: Int) -> LabelTime { LabelTime(numerator: count, denominator: 0) }

  /// The time of a number in a unit; nil past 64 bits.
  ///
  /// - Parameters:
  ///   - number: of a label file.
  ///   - unit: of the number.
  ///   - frameShift: in samples, for ``LabelUnit/frames``.
  ///   - rate: in Hz, for ``LabelUnit/frames``.
  package init?(_ number: LabelNumber, unit: LabelUnit, frameShift: Int, rate: Int) {
    var scale = 1
    for _ in 0..<number.decimals { scale *= 10 }
    switch unit {
    case .samples:
      guard number.decimals == 0 else { return nil }
      (numerator, denominator) = (number.mantissa, 0)
    case .seconds:
      (numerator, denominator) = (number.mantissa, scale)
    case .milliseconds:
      (numerator, denominator) = (number.mantissa, scale * 1000)
    case .hundredNanoseconds:
      let (product, overflow) = scale.multipliedReportingOverflow(by: 10_000_000)
      guard !overflow else { return nil }
      (numerator, denominator) = (number.mantissa, product)
    case .frames:
      let (product, overflow) = number.mantissa.multipliedReportingOverflow(by: frameShift)
      let (below, underflow) = scale.multipliedReportingOverflow(by: rate)
      guard !overflow, !underflow else { return nil }
      (numerator, denominator) = (product, below)
    }
  }

  package init(numerator: Int, denominator: Int) {
    self.numerator = numerator
    self.denominator = denominator
  }

  /// The sum with a time whose denominator divides this one's or is a multiple; nil past 64 bits.
  package func adding(_ other: LabelTime) -> LabelTime? {
    let (fine, coarse) = denominator >= other.denominator ? (self, other) : (other, self)
    guard coarse.denominator > 0 || fine.denominator == 0 else { return nil }
    let factor = coarse.denominator == 0 ? 1 : fine.denominator / coarse.denominator
    guard coarse.denominator == 0 || fine.denominator % coarse.denominator == 0 else { return nil }
    let (scaled, overflow) = coarse.numerator.multipliedReportingOverflow(by: factor)
    let (sum, carry) = scaled.addingReportingOverflow(fine.numerator)
    return overflow || carry ? nil : LabelTime(numerator: sum, denominator: fine.denominator)
  }

  /// The nearest sample, halves up; nil past 2^62.
  package func sample(rate: Int) -> Int? {
    guard denominator > 0 else { return numerator.magnitude < 1 << 62 ? numerator : nil }
    let product = numerator.magnitude.multipliedFullWidth(by: UInt(rate))
    guard product.high < UInt(denominator) else { return nil }
    let (quotient, remainder) = UInt(denominator).dividingFullWidth(product)
    guard quotient < 1 << 62 else { return nil }
    let isHalf = remainder >= UInt(denominator) - remainder
    guard numerator < 0 else { return Int(quotient) + (isHalf ? 1 : 0) }
    return -Int(quotient) - (remainder > UInt(denominator) - remainder ? 1 : 0)
  }
}
