/// Numbers in headers.
extension Collection<UInt8> {
  /// An unsigned little-endian integer of at most 8 bytes; values past Int are its largest.
  var littleEndianInteger: Int { reversed().bigEndianInteger }

  /// An unsigned big-endian integer of at most 8 bytes; values past Int are its largest.
  var bigEndianInteger: Int { Int(clamping: reduce(UInt64(0)) { $0 << 8 | UInt64($1) }) }

  /// A big-endian IEEE double of 8 bytes.
  var bigEndianDouble: Double { Double(bitPattern: reduce(UInt64(0)) { $0 << 8 | UInt64($1) }) }

  /// A big-endian 80-bit extended number of 10 bytes, as in AIFF.
  var bigEndianExtended: Double {
    let exponent = Int(prefix(2).bigEndianInteger & 0x7FFF) - 16_383 - 63
    let mantissa = dropFirst(2).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard abs(exponent) < 1000 else { return .infinity }
    return Double(sign: .plus, exponent: exponent, significand: Double(mantissa))
  }
}

/// Checks that several containers share.
enum HeaderLimits {
  static func rate(_ value: Double, field: String) throws(HeaderFault) -> Int {
    guard value >= 1, value <= Double(AudioHeader.maximumRateHertz), value == value.rounded() else {
      throw HeaderFault(
        .badRate, field: field, expected: "a whole number of 1 to \(AudioHeader.maximumRateHertz)",
        found: "\(value)")
    }
    return Int(value)
  }

  static func channels(_ count: Int, field: String) throws(HeaderFault) -> Int {
    guard count >= 1, count <= AudioHeader.maximumChannels else {
      throw HeaderFault(
        .channels, field: field, expected: "1 to \(AudioHeader.maximumChannels)", found: "\(count)")
    }
    return count
  }

  /// Whether a size is what writers put that cannot seek back: next to 2³¹ or to 2³².
  ///
  /// SoX writes 0x7FFFF000, arecord 0x80000000, ffmpeg 0xFFFFFFFF, others 2³¹ − 1 minus the size of the
  /// header.
  static func isPlaceholder(_ size: Int) -> Bool {
    (0x7FFF_0000...0x8000_0000).contains(size) || size == 0xFFFF_FFFF
  }
}

/// The samples of a container, and what is odd about their size.
struct DataRegion {
  var offset: Int
  var byteCount: Int
  var isDerived = false

  /// The header, the number of samples being what fits the region.
  func header(
    _ container: AudioContainer, _ coding: SampleCoding, rate: Int, channels: Int, field: String,
    warnings: [AudioHeader.Warning]
  ) -> AudioHeader {
    let frameBytes = channels * coding.bytesPerSample
    var warnings = warnings
    if isDerived {
      warnings.append(
        .init(code: .countDerived, field: field, expected: "a size", found: "\(byteCount) bytes"))
    }
    if byteCount % frameBytes != 0 {
      warnings.append(
        .init(
          code: .trailingData, field: field, expected: "a multiple of \(frameBytes)", found: "\(byteCount)"))
    }
    let info = AudioInfo(
      container: container, coding: coding, sampleRateHertz: rate, channels: channels,
      sampleCount: byteCount / frameBytes, dataOffset: offset)
    return AudioHeader(info: info, warnings: warnings)
  }
}
