import Foundations

/// The header of an HTK parameter file: 12 bytes, big-endian.
///
/// Source: the HTK Book 3.4, "HTK Format Parameter Files".
struct HTKHeader: Equatable, Sendable {
  /// A parameter kind: the kind of the frames and its qualifiers, in one integer of the file.
  struct Kind: Equatable, Sendable {
    var base: BaseKind
    var qualifiers: Qualifiers = []

    var rawValue: UInt16 { base.rawValue | qualifiers.rawValue }
  }

  /// The kind of the frames, the low six bits of a parameter kind.
  struct BaseKind: RawRepresentable, Equatable, Sendable {
    let rawValue: UInt16

    static let waveform = BaseKind(rawValue: 0)
    /// Reflection coefficients as 16-bit integers.
    static let integerReflections = BaseKind(rawValue: 5)
    /// Features that HTK uses as they are, without conversions.
    static let user = BaseKind(rawValue: 9)
    /// Indices of a vector quantizer.
    static let discrete = BaseKind(rawValue: 10)
    /// Perceptual linear prediction, the last kind of the format.
    static let plp = BaseKind(rawValue: 11)

    /// Whether the frames are continuous features, stored as floats unless they are compressed.
    var isFloats: Bool {
      rawValue <= Self.plp.rawValue && ![.waveform, .integerReflections, .discrete].contains(self)
    }
  }

  /// The qualifiers of a kind that change how frames are stored.
  struct Qualifiers: OptionSet, Sendable {
    let rawValue: UInt16

    /// `_C`: 16-bit integers with a scale and an offset for each channel.
    static let compressed = Qualifiers(rawValue: 0o2000)
    /// `_K`: a checksum of two bytes follows the frames.
    static let checksum = Qualifiers(rawValue: 0o10000)
    /// `_V`: an index of a vector quantizer follows each frame.
    static let quantized = Qualifiers(rawValue: 0o40000)
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

extension HTKHeader.Kind {
  init(rawValue: UInt16) {
    self.init(
      base: HTKHeader.BaseKind(rawValue: rawValue & 0o77),
      qualifiers: HTKHeader.Qualifiers(rawValue: rawValue & ~0o77))
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
