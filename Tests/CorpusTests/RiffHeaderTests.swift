import Corpus
import Foundation
import Testing

@Suite("RiffHeader")
struct RiffHeaderTests {
  static let data = AudioBytes.pcm16(AudioBytes.second)

  static func riff(
    _ data: [UInt8] = data, format: [UInt8] = AudioBytes.format(), dataSize: UInt32? = nil,
    before: [UInt8] = [],
    riffSize: UInt32? = nil, after: [UInt8] = []
  ) -> [UInt8] {
    AudioBytes.riff(
      data, format: format, dataSize: dataSize, before: before, riffSize: riffSize, after: after)
  }

  static func format(
    tag: UInt16 = 1, channels: UInt16 = 1, rate: UInt32 = 16_000, bits: UInt16 = 16, align: UInt16? = nil,
    extra: [UInt8] = []
  ) -> [UInt8] {
    AudioBytes.format(tag: tag, channels: channels, rate: rate, bits: bits, align: align, extra: extra)
  }

  static let poisoned: [UInt8] = {
    var samples = AudioBytes.second.map { Float($0) / 32768 }
    samples[7000] = .nan
    samples[7100] = .infinity
    return AudioBytes.float32(samples)
  }()

  static let infinite: [UInt8] = {
    var samples = AudioBytes.second.map { Float($0) / 32768 }
    samples[15_999] = -.infinity
    return AudioBytes.float32(samples)
  }()

  static let list = AudioBytes.chunk("LIST", Array("INFOISFT".utf8) + [5, 0, 0, 0] + Array("Lavf\0".utf8))

  static let cases: [AudioCase] = [
    .used("plain PCM16 under the name .WAV", riff()),
    .rejected(
      "float32 with a NaN and an infinity", riff(poisoned, format: format(tag: 3, bits: 32)), .nonFinite),
    .rejected(
      "float32 that ends in an infinity", riff(infinite, format: format(tag: 3, bits: 32)), .nonFinite),
    .used(
      "data size 0xFFFFFFFF, as streams have it", riff(dataSize: 0xFFFF_FFFF, riffSize: 0xFFFF_FFFF), 16_000,
      .countDerived),
    .rejected("data size 64000, 32000 bytes there", riff(dataSize: 64_000), .truncated),
    .used(
      "data size 0x7FFFF000, as SoX writes it into a pipe",
      riff(dataSize: 0x7FFF_F000, riffSize: 0x7FFF_F024),
      16_000, .countDerived),
    .used(
      "data size 0x80000000, as arecord writes it into a pipe",
      riff(dataSize: 0x8000_0000, riffSize: 0x8000_0024), 16_000, .countDerived),
    .used("data size 0x7FFFFFFF", riff(dataSize: 0x7FFF_FFFF), 16_000, .countDerived),
    .used("data size 0 and RIFF size 0", riff(dataSize: 0, riffSize: 0), 16_000, .countDerived),
    .rejected("data size 0x10000000", riff(dataSize: 0x1000_0000), .truncated),
    .rejected("data size 0 before a chunk", riff([], after: AudioBytes.chunk("LIST", [1, 2])), .empty),
    .rejected("0 channels", riff(format: format(channels: 0)), .channels),
    .rejected("65535 channels", riff(format: format(channels: 65_535)), .channels),
    .rejected("two channels", riff(format: format(channels: 2)), .channels),
    .rejected("0 bits a sample, block align 0", riff(format: format(bits: 0, align: 0)), .unsupportedCoding),
    .rejected("block align 0", riff(format: format(align: 0)), .badHeader),
    .rejected("sample rate 0", riff(format: format(rate: 0)), .badRate),
    .rejected("sample rate 4294967295", riff(format: format(rate: .max)), .badRate),
    .rejected("sample rate 44100", riff(format: format(rate: 44_100)), .rateMismatch),
    .rejected(
      "two fmt chunks", riff(before: AudioBytes.chunk("fmt ", format(channels: 255))), .duplicateField),
    .rejected("two data chunks", riff(after: AudioBytes.chunk("data", [0, 0])), .duplicateField),
    .used("an odd LIST chunk before data", riff(before: list)),
    .used("a LIST chunk after data", riff(after: list)),
    .used(
      "a fact chunk and 5000 bytes of padding",
      riff(before: AudioBytes.chunk("PAD ", [UInt8](repeating: 1, count: 5000)))),
    .used("extensible PCM16", riff(format: format(tag: 0xFFFE, extra: AudioBytes.extensible()))),
    .rejected(
      "extensible of another kind",
      riff(format: format(tag: 0xFFFE, extra: [UInt8](repeating: 9, count: 24))),
      .unsupportedCoding),
    .rejected("extensible that is too short", riff(format: format(tag: 0xFFFE)), .unsupportedCoding),
    .rejected(
      "extensible with more valid bits than bits",
      riff(format: format(tag: 0xFFFE, extra: AudioBytes.extensible(validBits: 24))), .badHeader),
    .used("mu-law", riff(format: format(tag: 7, bits: 8)), 32_000),
    .used("A-law", riff(format: format(tag: 6, bits: 8)), 32_000),
    .used(
      "64-bit float",
      riff(
        AudioBytes.second.flatMap { AudioBytes.little((Double($0) / 32768).bitPattern, 8) },
        format: format(tag: 3, bits: 64))),
    .rejected("ADPCM", riff(format: format(tag: 2, bits: 4)), .unsupportedCoding),
    .rejected(
      "no data chunk",
      Array("RIFF".utf8) + AudioBytes.little(UInt32(28), 4) + Array("WAVE".utf8)
        + AudioBytes.chunk("fmt ", format()), .badHeader),
    .rejected(
      "no fmt chunk",
      Array("RIFF".utf8) + AudioBytes.little(UInt32(28), 4) + Array("WAVE".utf8)
        + AudioBytes.chunk("data", data), .badHeader),
    .rejected("no samples", riff([]), .empty),
    .rejected("a fmt chunk of 8 bytes", riff(format: Array(format().prefix(8))), .badHeader),
    .rejected("cut after 10 bytes", Array(riff().prefix(10)), .truncated),
    .rejected("cut inside fmt", Array(riff().prefix(30)), .truncated),
    .rejected(
      "5000 empty chunks",
      riff(before: (0..<5000).flatMap { _ in AudioBytes.chunk("junk", []) }), .badHeader),
    .used("junk after data", riff(after: [0, 1, 2]), 16_000, .trailingData),
    .used("an odd number of bytes of samples", riff(data + [9]), 16_000, .trailingData),
    .rejected(
      "RIFF of another kind", Array("RIFF".utf8) + [4, 0, 0, 0] + Array("AVI ".utf8), .unknownFormat),
    .rejected("big-endian RIFX", Array("RIFX".utf8) + Array(riff().dropFirst(4)), .unknownFormat),
    .rejected("MP3", Array("ID3".utf8) + [4, 0, 0, 0] + [UInt8](repeating: 0, count: 2000), .unknownFormat),
    .rejected("text", Array("root:x:0:0:root:/root:/bin/sh\n".utf8), .unknownFormat),
  ]

  @Test("RIFF headers are accepted or rejected as listed", arguments: cases)
  func outcome(_ audio: AudioCase) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("BAD1.WAV", audio.bytes)
    #expect(try AudioReading.outcome(path) == audio.outcome)
  }

  @Test("the content of a foreign file is not echoed")
  func noEcho() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("BAD1.WAV", Array("root:x:0:0:root:/root:/bin/sh\n".utf8))
    let error = #expect(throws: CorpusError.self) { try AudioFile(path: path) }
    #expect(!"\(String(describing: error))".contains("root:x"))
  }
}
