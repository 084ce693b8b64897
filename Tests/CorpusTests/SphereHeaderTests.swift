import Corpus
import Foundation
import Testing

/// A file and the expected outcome.
struct AudioCase: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var bytes: [UInt8]
  var outcome: Outcome

  init(_ description: String, _ bytes: [UInt8], _ outcome: Outcome) {
    testDescription = description
    self.bytes = bytes
    self.outcome = outcome
  }

  static func used(
    _ description: String, _ bytes: [UInt8], _ samples: Int = 16_000, _ warnings: FindingCode...
  )
    -> AudioCase
  {
    AudioCase(description, bytes, .used(samples: samples, warnings: warnings))
  }

  static func rejected(_ description: String, _ bytes: [UInt8], _ code: FindingCode) -> AudioCase {
    AudioCase(description, bytes, .rejected(code))
  }
}

@Suite("SphereHeader")
struct SphereHeaderTests {
  static let data = AudioBytes.pcm16(AudioBytes.second)

  static func sphere(
    _ data: [UInt8] = data, count: String? = nil, size: Int = 1024, sizeLine: String? = nil,
    lineEnd: String = "\n", endHead: Bool = true, extra: String = "", fields: [String: String?] = [:]
  ) -> [UInt8] {
    AudioBytes.sphere(
      data, count: count, size: size, sizeLine: sizeLine, lineEnd: lineEnd, endHead: endHead, extra: extra,
      fields: fields)
  }

  static let cases: [AudioCase] = [
    .used("TIMIT's own header", sphere()),
    .rejected(
      "16000 samples stated, 9000 present", sphere(Array(data.prefix(18_000)), count: "16000"), .truncated),
    .rejected("2000000000 samples stated", sphere(count: "2000000000"), .truncated),
    .rejected("a count whose bytes pass Int64", sphere(count: "9000000000000000000"), .truncated),
    .used("8000 samples stated, 16000 present", sphere(count: "8000"), 8000, .trailingData),
    .used("one odd byte at the end", sphere(data + [0x7F], count: "16000"), 16_000, .trailingData),
    .used("no sample_count", sphere(fields: ["sample_count": nil]), 16_000, .countDerived),
    .rejected("sample_count -1", sphere(count: "-1"), .badHeader),
    .rejected("sample_count past Int64", sphere(count: "99999999999999999999999999"), .badHeader),
    .rejected("sample_count that is no number", sphere(count: "12x"), .badHeader),
    .rejected("sample_count that is text", sphere(fields: ["sample_count": "-s5 16000"]), .badHeader),
    .rejected("sample_count twice", sphere(extra: "sample_count -i 100\n"), .duplicateField),
    .rejected("sample_rate 0", sphere(fields: ["sample_rate": "-i 0"]), .badRate),
    .rejected("sample_rate -16000", sphere(fields: ["sample_rate": "-i -16000"]), .badRate),
    .rejected("no sample_rate", sphere(fields: ["sample_rate": nil]), .badRate),
    .rejected("sample_rate 8000", sphere(fields: ["sample_rate": "-i 8000"]), .rateMismatch),
    .used(
      "8-bit mu-law",
      sphere(
        Array(data.prefix(16_000)), count: "16000",
        fields: ["sample_n_bytes": "-i 1", "sample_byte_format": "-s1 1", "sample_coding": "-s4 ulaw"])),
    .rejected(
      "16-bit mu-law", sphere(fields: ["sample_coding": "-s4 ulaw"]), .badHeader),
    .used(
      "8-bit samples of no stated coding",
      sphere(count: "32000", fields: ["sample_n_bytes": "-i 1", "sample_byte_format": "-s1 1"]), 32_000),
    .rejected("another coding", sphere(fields: ["sample_coding": "-s7 wavpack"]), .unsupportedCoding),
    .rejected(
      "shorten",
      sphere(Array("ajkg\u{9}".utf8) + data, fields: ["sample_coding": "-s26 pcm,embedded-shorten-v2.00"]),
      .unsupportedCoding),
    .rejected(
      "shorten without its mark",
      sphere(data, fields: ["sample_coding": "-s26 pcm,embedded-shorten-v2.00"]), .badHeader),
    .rejected(
      "shorten that the header does not own to", sphere(Array("ajkg\u{9}".utf8) + data), .unsupportedCoding),
    .used("sample_coding pcm", sphere(fields: ["sample_coding": "-s3 pcm"])),
    .rejected("two channels", sphere(count: "8000", fields: ["channel_count": "-i 2"]), .channels),
    .rejected("no channel_count", sphere(fields: ["channel_count": nil]), .badHeader),
    .rejected("channel_count 0", sphere(fields: ["channel_count": "-i 0"]), .badHeader),
    .rejected("channel_count 1073741824", sphere(fields: ["channel_count": "-i 1073741824"]), .channels),
    .rejected(
      "channel_count and sample_n_bytes whose product overflows",
      sphere(fields: ["channel_count": "-i 1073741824", "sample_n_bytes": "-i 4"]), .unsupportedCoding),
    .used(
      "big-endian samples",
      sphere(AudioBytes.pcm16(AudioBytes.second, bigEndian: true), fields: ["sample_byte_format": "-s2 10"])),
    .rejected("no sample_byte_format", sphere(fields: ["sample_byte_format": nil]), .badHeader),
    .rejected("sample_byte_format 11", sphere(fields: ["sample_byte_format": "-s2 11"]), .unsupportedCoding),
    .rejected(
      "24-bit samples",
      sphere(fields: ["sample_n_bytes": "-i 3", "sample_byte_format": "-s3 010", "sample_sig_bits": "-i 24"]),
      .unsupportedCoding),
    .rejected("sample_sig_bits 24 of 16", sphere(fields: ["sample_sig_bits": "-i 24"]), .badHeader),
    .rejected("header size 0", sphere(sizeLine: "      0"), .badHeader),
    .rejected("header size -1024", sphere(sizeLine: "  -1024"), .badHeader),
    .rejected("header size 999999999", sphere(sizeLine: "999999999"), .badHeader),
    .rejected("header size that is no multiple of 1024", sphere(sizeLine: "   1000"), .badHeader),
    .rejected("header size past Int64", sphere(sizeLine: "99999999999999999999"), .badHeader),
    .rejected("header size past the file", sphere(sizeLine: "1048576"), .truncated),
    .used("a header of 2048 bytes", sphere(size: 2048)),
    .used("a header of 8192 bytes, longer than what is read at once", sphere(size: 8192)),
    .rejected("no end_head", sphere(endHead: false), .badHeader),
    .rejected("zero samples", sphere([]), .empty),
    .rejected("zero bytes", [], .empty),
    .rejected("cut inside the header", Array(sphere().prefix(700)), .truncated),
    .rejected("cut inside the first line", Array(sphere().prefix(7)), .truncated),
    .rejected("CRLF line ends", sphere(lineEnd: "\r\n"), .crlf),
    .rejected("CRLF in one field", sphere(extra: "odd -i 1\r\n"), .crlf),
    .rejected("a line of no form", sphere(extra: "nonsense\n"), .badHeader),
    .rejected("a type of no kind", sphere(extra: "odd -x 1\n"), .badHeader),
    .used("comments and blank lines", sphere(extra: "; by hand\n\nodd -s2 a b\nodd2 -r 1.5\n")),
    .rejected("100 samples, less than a frame", sphere(Array(data.prefix(200))), .tooShort),
    .used("digital silence", sphere([UInt8](repeating: 0, count: 32_000))),
  ]

  @Test("SPHERE headers are accepted or rejected as listed", arguments: cases)
  func outcome(_ audio: AudioCase) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("BAD1.WAV", audio.bytes)
    #expect(try AudioReading.outcome(path) == audio.outcome)
  }

  @Test("the requested channel is read, counted from 1")
  func channel() throws {
    let folder = try TemporaryFolder()
    let left = AudioBytes.noise(9000, seed: 1)
    let right = AudioBytes.noise(9000, seed: 2)
    let both = AudioBytes.pcm16(zip(left, right).flatMap { [$0, $1] })
    let path = try folder.write(
      "two.WAV", AudioBytes.sphere(both, count: "9000", fields: ["channel_count": "-i 2"]))
    #expect(try AudioReading.int16s(path, requirements: .init(channel: 1)) == left)
    #expect(try AudioReading.int16s(path, requirements: .init(channel: 2), block: 777) == right)
    #expect(try AudioReading.floats(path, requirements: .init(channel: 2)) == right.map(Float.init))
    #expect(try AudioReading.outcome(path, requirements: .init(channel: 3)) == .rejected(.channels))
    #expect(try AudioReading.outcome(path, requirements: .init(channel: 0)) == .rejected(.channels))
  }

  @Test("a sample count that is the sum over channels is accepted with a warning")
  func summedCount() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "sum.WAV", AudioBytes.sphere(Self.data, count: "16000", fields: ["channel_count": "-i 2"]))
    let outcome = try AudioReading.outcome(path, requirements: .init(channel: 1))
    #expect(outcome == .used(samples: 8000, warnings: [.countDerived]))
  }

  @Test("audio longer than a limit is rejected before a sample is read")
  func tooLong() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("long.WAV", Self.sphere())
    #expect(
      try AudioReading.outcome(path, requirements: .init(maximumSampleCount: 15_999)) == .rejected(.tooLong))
    #expect(
      try AudioReading.outcome(path, requirements: .init(maximumSampleCount: 16_000))
        == .used(samples: 16_000, warnings: []))
  }

  @Test("a rejection has the field and the expected and found values")
  func finding() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("BAD1.WAV", Self.sphere(Array(Self.data.prefix(18_000)), count: "16000"))
    let error = #expect(throws: CorpusError.self) {
      try AudioFile(path: path, shown: "BAD1.WAV", utterance: "A_BAD1")
    }
    #expect(
      error
        == .rejected(
          Finding(
            .reject, .truncated, path: "BAD1.WAV", field: "sample_count", expected: "16000", found: "9000",
            utterance: "A_BAD1")))
  }
}
