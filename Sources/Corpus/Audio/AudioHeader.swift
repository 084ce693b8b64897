import Glibc

/// A problem in a header, before it is known whose header it is.
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

/// A strict reader of NIST SPHERE and RIFF headers, which stands in front of the decoder.
///
/// Every number is parsed with overflow checks, compared with the size of the file, and never sizes an allocation.
/// Sources: NIST SPHERE 2.6 header specification; Microsoft "Multimedia Programming Interface and Data Specifications
/// 1.0" and `WAVEFORMATEXTENSIBLE`.
package struct AudioHeader: Equatable, Sendable {
  package var info: AudioInfo

  /// What is odd about the header but does no harm.
  var warnings: [Warning]

  struct Warning: Equatable, Sendable {
    var code: FindingCode
    var field: String?
    var expected: String?
    var found: String?
  }

  /// The bytes read at once: holds the header of nearly every file.
  static let prefixByteCount = 4096

  /// The longest SPHERE header taken.
  static let longestHeader = 1 << 20

  /// The most channels taken.
  static let mostChannels = 256

  /// The greatest sample rate taken, in Hz.
  static let greatestRateHertz = 1_000_000

  /// Where the bytes of a header come from: the first bytes, and a way to read others.
  struct Source {
    /// The first bytes of the file, up to `prefixByteCount`.
    var prefix: UnsafeRawBufferPointer
    /// The size of the file; `unknownByteCount` for a stream.
    var byteCount: Int
    /// Reads bytes at an offset; fewer than asked for only at the end of the file.
    var read: (_ offset: Int, _ count: Int) throws(ReadFailure) -> [UInt8]

    /// Whether the bytes come as they come, so that nothing is known of the end.
    var isStream: Bool { byteCount == AudioHeader.unknownByteCount }

    /// `count` bytes at `offset`, or fewer at the end of the file.
    func bytes(at offset: Int, count: Int) throws(ReadFailure) -> [UInt8] {
      guard offset >= 0, offset <= byteCount else { return [] }
      let wanted = min(count, byteCount - offset)
      if offset + wanted <= prefix.count { return [UInt8](prefix[offset..<offset + wanted]) }
      return try read(offset, wanted)
    }
  }

  /// Stands for the size of a stream: past every file, and far from overflow.
  static let unknownByteCount = 1 << 60

  /// The system refused to read; `EAGAIN` where a stream has not given enough yet.
  struct ReadFailure: Error { var errno: Int32 }

  /// A header that is at fault, or a system that is.
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
      if starts(source.prefix, "NIST_1A") {
        header = try SphereHeader.parse(source)
      } else if starts(source.prefix, "RIFF") {
        header = try RiffHeader.parse(source)
      } else {
        throw HeaderFault(
          .unknownFormat, expected: "NIST_1A or RIFF", found: knownMagic(source.prefix) ?? "an unknown format"
        )
      }
      try header.check(requirements)
    } catch let fault as HeaderFault {
      throw .fault(fault)
    } catch let failure as ReadFailure {
      throw .read(failure)
    } catch {
      throw .fault(HeaderFault(.badHeader))
    }
    return header
  }

  private func check(_ requirements: AudioRequirements) throws(HeaderFault) {
    if let expected = requirements.sampleRateHertz, info.sampleRateHertz != expected {
      throw HeaderFault(
        .rateMismatch, field: "sample_rate", expected: "\(expected)", found: "\(info.sampleRateHertz)")
    }
    if let channel = requirements.channel {
      guard channel >= 1, channel <= info.channels else {
        throw HeaderFault(.channels, field: "channel", expected: "1 to \(info.channels)", found: "\(channel)")
      }
    } else if info.channels != 1 {
      throw HeaderFault(.channels, field: "channel_count", expected: "1", found: "\(info.channels)")
    }
    if info.sampleCount == 0 {
      throw HeaderFault(.empty, field: "sample_count", expected: "samples", found: "0")
    }
    if info.sampleCount < requirements.minimumSampleCount {
      throw HeaderFault(
        .tooShort, field: "sample_count", expected: "at least \(requirements.minimumSampleCount)",
        found: "\(info.sampleCount)")
    }
    if let most = requirements.maximumSampleCount, info.sampleCount > most {
      throw HeaderFault(
        .tooLong, field: "sample_count", expected: "at most \(most)", found: "\(info.sampleCount)")
    }
  }

  static func starts(_ bytes: UnsafeRawBufferPointer, _ magic: StaticString) -> Bool {
    guard bytes.count >= magic.utf8CodeUnitCount, let base = bytes.baseAddress else { return false }
    return memcmp(base, magic.utf8Start, magic.utf8CodeUnitCount) == 0
  }

  /// The name of a format that is known and not read; content is never echoed.
  static func knownMagic(_ bytes: UnsafeRawBufferPointer) -> String? {
    if starts(bytes, "RIFX") { return "big-endian RIFF" }
    if starts(bytes, "RF64") { return "RF64" }
    if starts(bytes, "fLaC") { return "FLAC" }
    if starts(bytes, "OggS") { return "Ogg" }
    if starts(bytes, "ID3") { return "MP3" }
    if starts(bytes, "FORM") { return "AIFF" }
    if starts(bytes, ".snd") { return "Sun audio" }
    if starts(bytes, "ajkg") { return "bare shorten" }
    if bytes.starts(with: [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]) { return "a NumPy array" }
    return nil
  }

  /// An integer in decimal, `-` allowed; nil for anything else, also past Int64.
  static func integer(_ bytes: some Collection<UInt8>) -> Int? {
    guard !bytes.isEmpty, bytes.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D }) else { return nil }
    return Int(String(decoding: bytes, as: UTF8.self))
  }
}
