import Testing

@testable import Reports

@Suite struct WaveFileTests {
  @Test("a file holds the header and the samples, little-endian")
  func layout() {
    let bytes = WaveFile.bytes(samples: [0, 1, -1, .max, .min], sampleRateHertz: 16_000)
    #expect(bytes.count == 54)
    #expect(
      String(decoding: bytes[0..<4] + bytes[8..<16] + bytes[36..<40], as: UTF8.self) == "RIFFWAVEfmt data")
    #expect(Array(bytes[4..<8]) == [46, 0, 0, 0] && Array(bytes[40..<44]) == [10, 0, 0, 0])
    #expect(Array(bytes[20..<36]) == [1, 0, 1, 0, 0x80, 0x3E, 0, 0, 0, 0x7D, 0, 0, 2, 0, 16, 0])
    #expect(Array(bytes[44...]) == [0, 0, 1, 0, 0xFF, 0xFF, 0xFF, 0x7F, 0, 0x80])
  }
}
