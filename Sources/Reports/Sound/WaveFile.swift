/// An encoder of RIFF WAVE files with one channel of 16-bit samples.
enum WaveFile {
  static func bytes(samples: [Int16], sampleRateHertz: Int) -> [UInt8] {
    let size = UInt32(clamping: 2 * samples.count)
    let rate = UInt32(clamping: max(0, sampleRateHertz))
    var out: [UInt8] = []
    out.reserveCapacity(44 + 2 * samples.count)
    out += "RIFF".utf8
    out += littleEndian(36 &+ size)
    out += "WAVEfmt ".utf8
    // PCM, one channel; then 2 bytes per frame, 16 bits per sample.
    out += littleEndian(UInt32(16)) + littleEndian(UInt16(1)) + littleEndian(UInt16(1))
    out += littleEndian(rate) + littleEndian(rate &* 2) + littleEndian(UInt16(2)) + littleEndian(UInt16(16))
    out += "data".utf8
    out += littleEndian(size)
    for sample in samples { out += littleEndian(UInt16(bitPattern: sample)) }
    return out
  }

  private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}
