import Foundations

/// The header of an HTK parameter file: 12 bytes, big-endian.
///
/// Source: the HTK Book 3.4, "HTK Format Parameter Files".
struct HTKHeader: Equatable, Sendable {
  /// What the frames are, with qualifiers.
  struct Kind: OptionSet, Sendable {
    let rawValue: UInt16

    /// Features that HTK uses as they are, without conversions.
    static let user = Kind(rawValue: 9)
    static let discrete = Kind(rawValue: 10)

    /// `_C`: 16-bit integers with a scale and an offset for each channel.
    static let compressed = Kind(rawValue: 0o2000)
    /// `_K`: a checksum of two bytes follows the frames.
    static let checksum = Kind(rawValue: 0o10000)
    /// `_V`: an index of a vector quantizer follows each frame.
    static let quantized = Kind(rawValue: 0o40000)

    /// The kind without qualifiers.
    var base: UInt16 { rawValue & 0o77 }
  }

  static let byteCount = 12

  var frames: Int32
  /// The frame shift in units of 100 ns.
  var period: Int32
  /// The number of bytes of a frame.
  var frameBytes: Int16
  var kind: Kind

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for value in [UInt32(bitPattern: frames), UInt32(bitPattern: period)] {
      bytes += value.byteSwapped.littleEndianBytes
    }
    for value in [UInt16(bitPattern: frameBytes), kind.rawValue] {
      bytes += value.byteSwapped.littleEndianBytes
    }
    return bytes
  }
}

extension HTKHeader {
  /// - Parameter bytes: at least 12 bytes.
  init(_ bytes: UnsafeRawBufferPointer) {
    func long(_ offset: Int) -> Int32 {
      Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self))
    }
    func short(_ offset: Int) -> UInt16 {
      UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }
    self.init(
      frames: long(0), period: long(4), frameBytes: Int16(bitPattern: short(8)),
      kind: Kind(rawValue: short(10)))
  }
}

/// A time in units of 100 ns, the nearest to a number of samples.
func htkTime(samples: Int64, rate: Int) -> Int64 {
  Int64((Double(samples) * 1e7 / Double(max(1, rate))).rounded())
}
