import Glibc

/// A fault in a header, without the file it belongs to.
struct HeaderFault: Error, Equatable {
  var code: FindingCode
  var field: String?
  var expected: String?
  var found: String?

  init(_ code: FindingCode, field: String? = nil, expected: String? = nil, found: String? = nil) {
    self.code = code
    self.field = field
    self.expected = expected
    self.found = found
  }
}

/// A strict parser of the headers of all containers, which runs before the decoder.
///
/// Numbers are parsed with overflow checks and compared with the size of the file; none sizes an allocation.
///
/// Source: NIST SPHERE 2.6 header specification; Microsoft, "Multimedia Programming Interface and Data
/// Specifications 1.0" and `WAVEFORMATEXTENSIBLE`.
package struct AudioHeader: Equatable, Sendable {
  package var info: AudioInfo

  /// Harmless irregularities of the header.
  var warnings: [Warning]

  /// The sum of the samples, modulo 2¹⁶, that the header states; nil if it states none.
  var checksum: Int?

  init(info: AudioInfo, warnings: [Warning], checksum: Int? = nil) {
    self.info = info
    self.warnings = warnings
    self.checksum = checksum
  }

  struct Warning: Equatable, Sendable {
    var code: FindingCode
    var field: String?
    var expected: String?
    var found: String?
  }

  /// The number of bytes read at first, enough for the headers of nearly all files.
  static let prefixByteCount = 4096

  /// The maximum size of a SPHERE header.
  static let maximumHeaderBytes = 1 << 20

  /// The maximum number of channels.
  static let maximumChannels = 256

  /// The maximum sample rate, in Hz.
  static let maximumRateHertz = 1_000_000

  /// A source of header bytes: the first bytes, and a function that reads others.
  struct Source {
    /// The first bytes of the file, up to `prefixByteCount`.
    var prefix: UnsafeRawBufferPointer
    /// The size of the file; `unknownByteCount` for a stream.
    var byteCount: Int
    /// Reads bytes at an offset; fewer than requested only at the end of the file.
    var read: (_ offset: Int, _ count: Int) throws(ReadFailure) -> [UInt8]

    /// Whether the source is a stream, whose end is unknown.
    var isStream: Bool { byteCount == AudioHeader.unknownByteCount }

    /// `count` bytes at `offset`, or fewer at the end of the file.
    func bytes(at offset: Int, count: Int) throws(ReadFailure) -> [UInt8] {
      guard offset >= 0, offset <= byteCount else { return [] }
      let wanted = min(count, byteCount - offset)
      if offset + wanted <= prefix.count { return [UInt8](prefix[offset..<offset + wanted]) }
      return try read(offset, wanted)
    }
  }

  /// The assumed size of a stream, larger than any file and far from overflow.
  static let unknownByteCount = 1 << 60

  /// A failed read; `EAGAIN` if a stream has not delivered enough bytes yet.
  struct ReadFailure: Error { var errno: Int32 }

  /// A fault of the header, or one of the system.
  enum Failure: Error {
    case fault(HeaderFault)
    case read(ReadFailure)
  }

  /// Parses the header at the start of `source`.
  static func parse(_ source: Source, requirements: AudioRequirements) throws(Failure) -> AudioHeader {
    guard source.byteCount > 0 else {
      throw .fault(HeaderFault(.empty, expected: "audio", found: "0 bytes"))
    }
    let header: AudioHeader
    do {
      header = try Self.header(source)
      // The decoder of a compressed file finds its length.
      if !header.info.coding.isCompressed || header.info.coding == .shorten16 {
        try header.check(requirements)
      }
    } catch let fault as HeaderFault {
      throw .fault(fault)
    } catch let failure as ReadFailure {
      throw .read(failure)
    } catch {
      throw .fault(HeaderFault(.badHeader))
    }
    return header
  }

  private static func header(_ source: Source) throws -> AudioHeader {
    let prefix = source.prefix
    if starts(prefix, "NIST_1A") { return try SphereHeader.parse(source) }
    if starts(prefix, "RIFF") { return try RiffHeader.parse(source) }
    // A stream cannot be searched for the end of its samples.
    if !source.isStream {
      if starts(prefix, "RF64") || starts(prefix, "BW64") { return try RiffHeader.parse(source) }
      if starts(prefix, "riff") { return try Wave64Header.parse(source) }
      if starts(prefix, "FORM") { return try AiffHeader.parse(source) }
      if starts(prefix, "caff") { return try CafHeader.parse(source) }
      if starts(prefix, "fLaC") { return try CompressedHeader.flac(source) }
      if starts(prefix, "OggS") { return try CompressedHeader.ogg(source) }
      if starts(prefix, "ID3") || CompressedHeader.isFrame(prefix) {
        return try CompressedHeader.mpeg(source)
      }
    }
    throw HeaderFault(
      .unknownFormat, expected: source.isStream ? "NIST_1A or RIFF" : "an audio format",
      found: knownMagic(prefix) ?? "an unknown format")
  }

  func check(_ requirements: AudioRequirements) throws(HeaderFault) {
    if let expected = requirements.sampleRateHertz, !requirements.resamples, info.sampleRateHertz != expected
    {
      throw HeaderFault(
        .rateMismatch, field: "sample_rate", expected: "\(expected)", found: "\(info.sampleRateHertz)")
    }
    if let channel = requirements.channel {
      guard channel == AudioRequirements.mixedChannels || channel >= 1 && channel <= info.channels else {
        throw HeaderFault(.channels, field: "channel", expected: "1 to \(info.channels)", found: "\(channel)")
      }
    } else if info.channels != 1 {
      throw HeaderFault(.channels, field: "channel_count", expected: "1", found: "\(info.channels)")
    }
    if info.sampleCount == 0 {
      throw HeaderFault(.empty, field: "sample_count", expected: "samples", found: "0")
    }
    let minimum = requirements.minimumSampleCount(rate: info.sampleRateHertz)
    if info.sampleCount < minimum {
      throw HeaderFault(
        .tooShort, field: "sample_count", expected: "at least \(minimum)",
        found: "\(info.sampleCount)")
    }
    if let maximum = requirements.maximumSampleCount, info.sampleCount > maximum {
      throw HeaderFault(
        .tooLong, field: "sample_count", expected: "at most \(maximum)", found: "\(info.sampleCount)")
    }
  }

  static func starts(_ bytes: UnsafeRawBufferPointer, _ magic: StaticString) -> Bool {
    guard bytes.count >= magic.utf8CodeUnitCount, let base = bytes.baseAddress else { return false }
    return memcmp(base, magic.utf8Start, magic.utf8CodeUnitCount) == 0
  }

  /// The name of a known but unsupported format; content is never echoed.
  static func knownMagic(_ bytes: UnsafeRawBufferPointer) -> String? {
    if starts(bytes, "RIFX") { return "big-endian RIFF" }
    if starts(bytes, "RF64") || starts(bytes, "BW64") { return "RF64" }
    if starts(bytes, "riff") { return "Wave64" }
    if starts(bytes, "caff") { return "CAF" }
    if starts(bytes, "fLaC") { return "FLAC" }
    if starts(bytes, "OggS") { return "Ogg" }
    if starts(bytes, "ID3") { return "MP3" }
    if starts(bytes, "FORM") { return "AIFF" }
    if starts(bytes, ".snd") { return "Sun audio" }
    if starts(bytes, "ajkg") { return "bare shorten" }
    if bytes.starts(with: [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]) { return "a NumPy array" }
    return nil
  }

  /// A decimal integer, possibly negative; nil for other text and beyond Int64.
  static func integer(_ bytes: some Collection<UInt8>) -> Int? {
    guard !bytes.isEmpty, bytes.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D }) else { return nil }
    return Int(String(decoding: bytes, as: UTF8.self))
  }
}
