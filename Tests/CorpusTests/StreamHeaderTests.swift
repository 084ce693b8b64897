import Corpus
import Testing

@Suite("StreamHeader")
struct StreamHeaderTests {
  static let data = AudioBytes.pcm16(AudioBytes.noise(500, seed: 1))

  func header(_ bytes: some Collection<UInt8>) throws -> StreamHeader? {
    try Array(bytes).withUnsafeBytes { try StreamHeader($0) }
  }

  @Test(
    "a stream header needs more bytes until complete, then does not depend on the rest",
    arguments: [
      (AudioBytes.sphere(data), 1024, 500), (AudioBytes.riff(data), 44, 500),
      (AudioBytes.sphere(data, size: 8192), 8192, 500),
      (
        AudioBytes.riff(data, before: AudioBytes.chunk("LIST", [UInt8](repeating: 1, count: 5001))), 5054, 500
      ),
      (AudioBytes.riff(data, dataSize: .max, riffSize: .max), 44, nil),
      (AudioBytes.riff(data, dataSize: 0, riffSize: 36), 44, nil),
      (AudioBytes.riff(data, dataSize: 0x7FFF_FFDB, riffSize: 0x7FFF_FFFF), 44, nil),
      (AudioBytes.sphere(data, fields: ["sample_count": nil]), 1024, nil),
    ] as [([UInt8], Int, Int?)])
  func whole(_ bytes: [UInt8], _ offset: Int, _ samples: Int?) throws {
    #expect(bytes.withUnsafeBytes { StreamHeader.isPresent($0) })
    for count in [0, 5, 11, 12, 20, 43, offset - 1] where count < offset {
      #expect(try header(bytes.prefix(count)) == nil, "\(count) bytes")
    }
    let exact = try #require(try header(bytes.prefix(offset)))
    #expect(exact.dataOffset == offset && exact.sampleCount == samples)
    #expect(exact.sampleRateHertz == 16_000 && exact.channels == 1 && exact.coding == .pcm16LittleEndian)
    #expect(try header(bytes) == exact)
  }

  @Test("faulty stream headers are rejected like those of files")
  func wrong() throws {
    #expect(throws: CorpusError.self) {
      try header(AudioBytes.riff(Self.data, format: AudioBytes.format(rate: 8000)))
    }
    #expect(throws: CorpusError.self) { try header(AudioBytes.sphere(Self.data, count: "-1")) }
    #expect(throws: CorpusError.self) { try header([UInt8](repeating: 7, count: 100)) }
  }
}
