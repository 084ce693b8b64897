/// Encoders of the files of a corpus in TIMIT's formats.
package enum TimitFiles {
  /// A NIST SPHERE file: a header of 1024 bytes with TIMIT's fields in TIMIT's order, then 16-bit
  /// little-endian samples.
  package static func audio(_ samples: [Int16], speaker: String, utterance: String) -> [UInt8] {
    // TIMIT's own identifiers omit the sex.
    let identifier = "\(speaker.dropFirst())_\(utterance)".lowercased()
    let lines = [
      "NIST_1A", "   1024", "database_id -s5 SYNTH", "database_version -s3 1.0",
      "utterance_id -s\(identifier.utf8.count) \(identifier)", "channel_count -i 1",
      "sample_count -i \(samples.count)", "sample_rate -i \(RenderedUtterance.sampleRateHertz)",
      "sample_min -i \(samples.min() ?? 0)", "sample_max -i \(samples.max() ?? 0)", "sample_n_bytes -i 2",
      "sample_byte_format -s2 01", "sample_sig_bits -i 16", "end_head",
    ]
    var bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
    bytes += [UInt8](repeating: UInt8(ascii: " "), count: max(0, 1024 - bytes.count))
    bytes.reserveCapacity(1024 + 2 * samples.count)
    for sample in samples {
      let word = UInt16(bitPattern: sample)
      bytes.append(UInt8(truncatingIfNeeded: word))
      bytes.append(UInt8(truncatingIfNeeded: word >> 8))
    }
    return bytes
  }

  /// A `.PHN` or `.WRD` file: one line per label with start, end (exclusive) and symbol.
  package static func labels(_ labels: [RenderedUtterance.Label]) -> [UInt8] {
    Array(labels.map { "\($0.start) \($0.end) \($0.symbol)\n" }.joined().utf8)
  }

  /// A `.TXT` file: the sentence over all samples.
  package static func sentence(_ text: String, sampleCount: Int) -> [UInt8] {
    Array("0 \(sampleCount) \(text)\n".utf8)
  }
}
