import Corpus
import Foundation
import TestSupport
import Testing

@Suite("Sample")
struct SampleTests {
  static let samples = AudioBytes.second

  @Test(
    "samples are the same for every container, byte order and header size",
    arguments: [
      AudioBytes.sphere(AudioBytes.pcm16(samples)),
      AudioBytes.sphere(
        AudioBytes.pcm16(samples, bigEndian: true), fields: ["sample_byte_format": "-s2 10"]),
      AudioBytes.sphere(AudioBytes.pcm16(samples), size: 2048),
      AudioBytes.riff(AudioBytes.pcm16(samples)),
      AudioBytes.riff(AudioBytes.pcm16(samples), before: AudioBytes.chunk("LIST", [1, 2, 3])),
      AudioBytes.riff(
        AudioBytes.pcm16(samples), format: AudioBytes.format(tag: 0xFFFE, extra: AudioBytes.extensible())),
      AudioBytes.riff(AudioBytes.pcm16(samples), dataSize: .max),
    ])
  func sameSamples(_ bytes: [UInt8]) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("A.WAV", bytes)
    #expect(try AudioReading.int16s(path) == Self.samples)
    #expect(try AudioReading.floats(path) == Self.samples.map(Float.init))
  }

  @Test(
    "samples do not depend on the size of blocks", arguments: [1, 7, 160, 4095, 16_000, 50_000])
  func blocks(_ block: Int) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("A.WAV", AudioBytes.sphere(AudioBytes.pcm16(Self.samples)))
    #expect(try AudioReading.int16s(path, block: block) == Self.samples)
    #expect(try AudioReading.floats(path, block: block) == Self.samples.map(Float.init))
  }

  @Test("float32 samples are multiplied by 32768 exactly")
  func float32() throws {
    let folder = try TemporaryFolder()
    let values: [Float] = [0, -1, 1, 0.5, 1.5, -3, 1e-6, Float.leastNonzeroMagnitude, 0x1.fffffep-1]
    let path = try folder.write(
      "A.WAV", AudioBytes.riff(AudioBytes.float32(values), format: AudioBytes.format(tag: 3, bits: 32)))
    #expect(try AudioReading.floats(path) == values.map { $0 * 32768 })
  }

  @Test("samples of 8, 24 and 32 bits are scaled so that full scale is 32768")
  func otherPCM() throws {
    let folder = try TemporaryFolder()
    let bytes = (0...255).map { UInt8($0) }
    let eight = try folder.write("8.WAV", AudioBytes.riff(bytes, format: AudioBytes.format(bits: 8)))
    #expect(try AudioReading.floats(eight) == bytes.map { (Float($0) - 128) * 256 })

    let edges: [Int32] = [0, 1, -1, 255, -256, 8_388_607, -8_388_608, 1_234_567, -7_654_321]
    let three = edges.flatMap { AudioBytes.little($0, 3) }
    let twentyFour = try folder.write("24.WAV", AudioBytes.riff(three, format: AudioBytes.format(bits: 24)))
    #expect(try AudioReading.floats(twentyFour) == edges.map { Float($0) / 256 })

    let wide: [Int32] = [0, 65_536, -65_536, .min, 1 << 30, -(1 << 24), 1]
    let four = wide.flatMap { AudioBytes.little($0, 4) }
    let thirtyTwo = try folder.write("32.WAV", AudioBytes.riff(four, format: AudioBytes.format(bits: 32)))
    #expect(try AudioReading.floats(thirtyTwo) == wide.map { Float($0) / 65536 })
  }

  @Test("samples can be read from any position after a seek")
  func seek() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("A.WAV", AudioBytes.sphere(AudioBytes.pcm16(Self.samples)))
    let file = try AudioFile(path: path)
    let buffer = UnsafeMutableBufferPointer<Int16>.allocate(capacity: 100)
    defer { buffer.deallocate() }
    for sample in [12_345, 0, 15_950, 16_000, 400] {
      try file.seek(toSample: sample)
      let got = try file.read(into: buffer)
      #expect(Array(buffer[..<got]) == Array(Self.samples[sample..<min(16_000, sample + 100)]))
      #expect(file.position == sample + got)
    }
  }

  @Test("a file truncated during reading is rejected")
  func cutWhileReading() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("A.WAV", AudioBytes.sphere(AudioBytes.pcm16(Self.samples)))
    let file = try AudioFile(path: path)
    let buffer = UnsafeMutableBufferPointer<Int16>.allocate(capacity: 8000)
    defer { buffer.deallocate() }
    #expect(try file.read(into: buffer) == 8000)
    #expect(truncate(path, 1024 + 2 * 9000) == 0)
    let error = #expect(throws: CorpusError.self) { try file.read(into: buffer) }
    guard case .rejected(let finding) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(finding.code == .truncated)
  }

  @Test("the end of ten sparse hours is read without reading the rest")
  func tenHours() throws {
    let folder = try TemporaryFolder()
    let count = 10 * 3600 * 16_000
    let path = try folder.write("A.WAV", AudioBytes.sphere([], count: "\(count)"))
    #expect(truncate(path, 1024 + 2 * count) == 0)
    let file = try AudioFile(path: path)
    #expect(file.info.durationSeconds == 36_000)
    try file.seek(toSample: count - 5)
    let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: 100)
    defer { buffer.deallocate() }
    #expect(try file.read(into: buffer) == 5)
  }
}
