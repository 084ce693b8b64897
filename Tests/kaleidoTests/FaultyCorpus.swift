import Foundation
import Foundations
import TestSupport

/// A small corpus in TIMIT layout whose files a test makes good or bad.
struct FaultyCorpus {
  let root: URL

  /// - Parameter folder: the corpus is made below it, in `corpus`.
  init(in folder: TemporaryFolder) throws {
    root = folder.appending("corpus")
    try FileManager.default.createDirectory(
      at: root.appendingPathComponent("TRAIN/DR1/FAAA0"), withIntermediateDirectories: true)
  }

  func url(_ name: String) -> URL { root.appendingPathComponent("TRAIN/DR1/FAAA0/\(name)") }

  /// Writes a SPHERE file of a tone, and labels that cover it.
  func write(_ name: String, samples: Int = 16_000, claimedSamples: Int? = nil, seed: UInt64 = 1) throws {
    try Self.sphere(samples: samples, claimedSamples: claimedSamples, seed: seed).write(
      to: url("\(name).WAV"))
    try Data("0 \(samples / 2) h#\n\(samples / 2) \(samples) aa\n".utf8).write(to: url("\(name).PHN"))
  }

  static func sphere(samples: Int, claimedSamples: Int? = nil, seed: UInt64) -> Data {
    var header = "NIST_1A\n   1024\n"
    for field in [
      "channel_count -i 1", "sample_count -i \(claimedSamples ?? samples)", "sample_rate -i 16000",
      "sample_n_bytes -i 2", "sample_byte_format -s2 01", "sample_sig_bits -i 16", "end_head",
    ] { header += field + "\n" }
    var data = Data(header.utf8)
    data.append(Data(repeating: 0x20, count: 1024 - data.count))
    data.append(pcm(samples: samples, seed: seed))
    return data
  }

  /// Noise, little-endian.
  static func pcm(samples: Int, seed: UInt64) -> Data {
    var generator = SplitMix64(seed: seed)
    var data = Data(capacity: 2 * samples)
    for _ in 0..<samples {
      let value = Int16(truncatingIfNeeded: Int(generator.next() % 4001) - 2000)
      data.append(UInt8(truncatingIfNeeded: value))
      data.append(UInt8(truncatingIfNeeded: value >> 8))
    }
    return data
  }

  /// A RIFF WAVE file of the samples, with a data size of one's choice.
  static func wav(samples: Int, seed: UInt64, claimedBytes: UInt32? = nil, channels: UInt16 = 1) -> Data {
    let body = pcm(samples: samples * Int(channels), seed: seed)
    func little<Value: FixedWidthInteger>(_ value: Value) -> Data {
      withUnsafeBytes(of: value.littleEndian) { Data($0) }
    }
    var data =
      Data("RIFF".utf8) + little(UInt32(36 + body.count)) + Data("WAVEfmt ".utf8) + little(UInt32(16))
    data += little(UInt16(1)) + little(channels) + little(UInt32(16_000))
    data += little(UInt32(32_000 * UInt32(channels))) + little(UInt16(2 * channels)) + little(UInt16(16))
    data += Data("data".utf8) + little(claimedBytes ?? UInt32(body.count)) + body
    return data
  }

  /// A RIFF WAVE file of float samples of one's choice.
  static func floatWAV(_ samples: [Float]) -> Data {
    func little<Value: FixedWidthInteger>(_ value: Value) -> Data {
      withUnsafeBytes(of: value.littleEndian) { Data($0) }
    }
    var body = Data()
    for sample in samples { body += little(sample.bitPattern) }
    var data =
      Data("RIFF".utf8) + little(UInt32(36 + body.count)) + Data("WAVEfmt ".utf8) + little(UInt32(16))
    data += little(UInt16(3)) + little(UInt16(1)) + little(UInt32(16_000)) + little(UInt32(64_000))
    data += little(UInt16(4)) + little(UInt16(32)) + Data("data".utf8) + little(UInt32(body.count)) + body
    return data
  }
}
