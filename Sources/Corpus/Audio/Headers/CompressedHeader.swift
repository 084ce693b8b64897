/// The checks before a decoder is given a compressed file: FLAC, Ogg and MP3.
///
/// They establish the kind of file, so that no other parser of the decoder is reached. Rate, channels and
/// length are the decoder's.
enum CompressedHeader {
  /// Parses a FLAC header: `fLaC` and the block STREAMINFO.
  ///
  /// Source: RFC 9639.
  static func flac(_ source: AudioHeader.Source) throws -> AudioHeader {
    let bytes = try source.bytes(at: 0, count: 42)
    guard bytes.count == 42 else {
      throw HeaderFault(.truncated, field: "STREAMINFO", expected: "42 bytes", found: "\(bytes.count)")
    }
    guard bytes[4] & 0x7F == 0, bytes[5..<8].bigEndianInteger == 34 else {
      throw HeaderFault(.badHeader, field: "STREAMINFO", expected: "34 bytes", found: "another block")
    }
    let rate = bytes[18..<21].bigEndianInteger >> 4
    let channels = Int(bytes[20] >> 1 & 7) + 1
    let bits = Int(bytes[20] & 1) << 4 + Int(bytes[21] >> 4) + 1
    let coding: SampleCoding
    switch bits {
    case 8: coding = .flac8
    case 16: coding = .flac16
    case 24: coding = .flac24
    default:
      throw HeaderFault(
        .unsupportedCoding, field: "STREAMINFO", expected: "8, 16 or 24 bits", found: "\(bits) bits")
    }
    let count = Int(bytes[21] & 15) << 32 + bytes[22..<26].bigEndianInteger
    return AudioHeader(
      info: AudioInfo(
        container: .flac, coding: coding, sampleRateHertz: try HeaderLimits.rate(Double(rate), field: "rate"),
        channels: channels, sampleCount: count, dataOffset: 0), warnings: [])
  }

  /// Parses the first page of an Ogg file, which names its coding.
  ///
  /// Source: RFC 3533, RFC 7845; "Vorbis I specification", Xiph.Org.
  static func ogg(_ source: AudioHeader.Source) throws -> AudioHeader {
    let page = try source.bytes(at: 0, count: 27 + 255 + 32)
    guard page.count > 27, page[4] == 0, page.count >= 27 + Int(page[26]) + 16 else {
      throw HeaderFault(.badHeader, field: "OggS", expected: "a page", found: "another")
    }
    let packet = page[(27 + Int(page[26]))...]
    let first = packet.startIndex
    if packet.starts(with: [1] + Array("vorbis".utf8)) {
      return try lossy(
        .ogg, .vorbis, rate: packet[(first + 12)..<(first + 16)].littleEndianInteger,
        channels: Int(packet[first + 11]))
    }
    if packet.starts(with: Array("OpusHead".utf8)) {
      let rate = packet[(first + 12)..<(first + 16)].littleEndianInteger
      return try lossy(
        .ogg, .opus, rate: [8000, 12_000, 16_000, 24_000].contains(rate) ? rate : 48_000,
        channels: Int(packet[first + 9]))
    }
    if packet.starts(with: [0x7F] + Array("FLAC".utf8)) {
      throw HeaderFault(.unsupportedCoding, field: "OggS", expected: "Vorbis or Opus", found: "FLAC in Ogg")
    }
    throw HeaderFault(.unsupportedCoding, field: "OggS", expected: "Vorbis or Opus", found: "another coding")
  }

  /// The head of a frame of MPEG audio.
  private struct Frame {
    var rate: Int
    var channels: Int
    /// The offset of a Xing or Info tag in the frame.
    var tagOffset: Int

    /// - Returns: nil if the bytes are no head of a frame.
    init?(_ head: ArraySlice<UInt8>) {
      guard head.count >= 4 else { return nil }
      let bits = head.prefix(4).bigEndianInteger
      let (version, layer) = (bits >> 19 & 3, bits >> 17 & 3)
      let (bitRate, rateIndex) = (bits >> 12 & 15, bits >> 10 & 3)
      guard bits >> 21 == 0x7FF, version != 1, layer != 0, bitRate != 15, rateIndex != 3 else { return nil }
      rate = [44_100, 48_000, 32_000][rateIndex] >> [2, 0, 1, 0][version]
      channels = bits >> 6 & 3 == 3 ? 1 : 2
      tagOffset = version == 3 ? (channels == 1 ? 21 : 36) : (channels == 1 ? 13 : 21)
    }
  }

  /// Whether the bytes are the head of a frame of MPEG audio.
  static func isFrame(_ prefix: UnsafeRawBufferPointer) -> Bool { Frame(Array(prefix.prefix(4))[...]) != nil }

  /// Parses an MPEG file: ID3v2 tags, and the head of its first frame.
  ///
  /// Source: ISO/IEC 11172-3; "ID3 tag version 2.4.0".
  static func mpeg(_ source: AudioHeader.Source) throws -> AudioHeader {
    var position = 0
    for _ in 0..<16 {
      let tag = try source.bytes(at: position, count: 10)
      guard tag.count == 10, tag.starts(with: Array("ID3".utf8)) else { break }
      guard tag[6...].allSatisfy({ $0 < 0x80 }) else {
        throw HeaderFault(.badHeader, field: "ID3", expected: "a size", found: "other bytes")
      }
      position += 10 + tag[6...].reduce(0) { $0 << 7 | Int($1) } + (tag[5] & 0x10 == 0 ? 0 : 10)
    }
    // Some writers pad between the tag and the first frame.
    let window = try source.bytes(at: position, count: 4096)
    guard let start = window.indices.first(where: { Frame(window[$0...]) != nil }),
      let frame = Frame(window[start...])
    else {
      throw HeaderFault(.unknownFormat, expected: "a frame of MPEG audio", found: "none after the ID3 tag")
    }
    var header = try lossy(.mp3, .mp3, rate: frame.rate, channels: frame.channels)
    let tag = window.dropFirst(start + frame.tagOffset).prefix(160)
    let hasTag = tag.starts(with: Array("Xing".utf8)) || tag.starts(with: Array("Info".utf8))
    let encoders = ["LAME", "Lavf", "Lavc"].map { Array($0.utf8) }
    if !hasTag || !encoders.contains(where: { tag.dropFirst(120).starts(with: $0) }) {
      header.warnings.append(
        .init(
          code: .encoderDelay, field: "frame 1", expected: "a LAME tag",
          found: "none: the audio may start late by about a frame"))
    }
    return header
  }

  private static func lossy(
    _ container: AudioContainer, _ coding: SampleCoding, rate: Int, channels: Int
  ) throws(HeaderFault) -> AudioHeader {
    AudioHeader(
      info: AudioInfo(
        container: container, coding: coding,
        sampleRateHertz: try HeaderLimits.rate(Double(rate), field: "rate"),
        channels: try HeaderLimits.channels(channels, field: "channels"), sampleCount: 0, dataOffset: 0),
      warnings: [])
  }
}
