import Foundation
import Foundations
import TestSupport

/// Bytes of valid and faulty audio files.
enum AudioBytes {
  /// One second of seeded noise, used in most cases.
  static let second: [Int16] = noise(16_000, seed: 7)

  static func noise(_ count: Int, seed: UInt64) -> [Int16] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in Int16.random(in: -9000...9000, using: &generator) }
  }

  static func pcm16(_ samples: [Int16], bigEndian: Bool = false) -> [UInt8] {
    samples.flatMap { sample in
      let bits = UInt16(bitPattern: bigEndian ? sample.byteSwapped : sample)
      return [UInt8(bits & 255), UInt8(bits >> 8)]
    }
  }

  static func float32(_ samples: [Float]) -> [UInt8] { samples.flatMap { little($0.bitPattern, 4) } }

  static func little(_ value: some FixedWidthInteger, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  /// A SPHERE file with TIMIT's header fields, changed by `fields`; nil removes a field.
  static func sphere(
    _ data: [UInt8], count: String? = nil, size: Int = 1024, sizeLine: String? = nil, lineEnd: String = "\n",
    endHead: Bool = true, extra: String = "", fields: [String: String?] = [:]
  ) -> [UInt8] {
    let plain: [(String, String)] = [
      ("database_id", "-s5 TIMIT"), ("database_version", "-s3 1.0"), ("utterance_id", "-s8 cjf0_sa1"),
      ("channel_count", "-i 1"), ("sample_count", "-i \(count ?? "\(data.count / 2)")"),
      ("sample_rate", "-i 16000"), ("sample_min", "-i -2191"), ("sample_max", "-i 2790"),
      ("sample_n_bytes", "-i 2"), ("sample_byte_format", "-s2 01"), ("sample_sig_bits", "-i 16"),
    ]
    var lines = [
      "NIST_1A", sizeLine ?? String(repeating: " ", count: max(0, 7 - "\(size)".count)) + "\(size)",
    ]
    for (name, value) in plain {
      guard let changed = fields[name] else {
        lines.append("\(name) \(value)")
        continue
      }
      if let changed { lines.append("\(name) \(changed)") }
    }
    for (name, value) in fields.sorted(by: { $0.key < $1.key }) where !plain.contains(where: { $0.0 == name })
    {
      if let value { lines.append("\(name) \(value)") }
    }
    var text = lines.map { $0 + lineEnd }.joined() + extra
    if endHead { text += "end_head" + lineEnd }
    var bytes = Array(text.utf8.prefix(size))
    bytes += [UInt8](repeating: 0x0A, count: size - bytes.count)
    return bytes + data
  }

  static func chunk(_ name: String, _ body: [UInt8], size: UInt32? = nil) -> [UInt8] {
    Array(name.utf8) + little(size ?? UInt32(body.count), 4) + body + (body.count % 2 == 1 ? [0] : [])
  }

  static func format(
    tag: UInt16 = 1, channels: UInt16 = 1, rate: UInt32 = 16_000, bits: UInt16 = 16, align: UInt16? = nil,
    extra: [UInt8] = []
  ) -> [UInt8] {
    let align = align ?? UInt16(truncatingIfNeeded: Int(channels) * Int(bits) / 8)
    return little(tag, 2) + little(channels, 2) + little(rate, 4) + little(rate &* UInt32(align), 4)
      + little(align, 2) + little(bits, 2) + extra
  }

  /// The fields of an extensible format after the plain ones.
  static func extensible(tag: UInt16 = 1, validBits: UInt16 = 16) -> [UInt8] {
    little(UInt16(22), 2) + little(validBits, 2) + little(UInt32(4), 4) + little(tag, 2)
      + [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
  }

  static func riff(
    _ data: [UInt8], format: [UInt8] = format(), dataSize: UInt32? = nil, before: [UInt8] = [],
    riffSize: UInt32? = nil, after: [UInt8] = []
  ) -> [UInt8] {
    let body =
      Array("WAVE".utf8) + chunk("fmt ", format) + before + chunk("data", data, size: dataSize) + after
    return Array("RIFF".utf8) + little(riffSize ?? UInt32(body.count), 4) + body
  }
}
