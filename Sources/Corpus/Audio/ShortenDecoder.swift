/// A decoder of audio that the program shorten packed without loss, versions 1 to 3, of 16-bit samples.
///
/// Samples are decoded a block at a time; memory is bounded by the largest block, 2¹⁶ samples a channel, and
/// work by the size of the file. Any bytes give samples or a fault.
///
/// Source: A. J. Robinson, "SHORTEN: Simple lossless and near-lossless waveform compression" (1994), and the
/// order of fields as in version 2.
struct ShortenDecoder {
  /// Why the samples end before they should.
  enum Fault: Error, Equatable {
    case unsupported(String)
    case malformed
    case ended
    case readFailed
  }

  private static let maximumBlock = 1 << 16
  private static let maximumPredictor = 64
  private static let maximumMeans = 64

  private var bits: BitReader
  private let version: Int
  private let channels: Int
  private var blockSize: Int
  private let meanCount: Int
  private let history: Int
  private let quantization: Int32
  private var bitShift: Int32 = 0
  /// `[channel]`: the last samples before the block, oldest first, then the block.
  private var lines: [[Int32]]
  private var means: [[Int32]]
  private var channel = 0

  /// Reads the header after the mark `ajkg`.
  init(channels expected: Int, read: @escaping (_ offset: Int, _ count: Int) -> [UInt8]?) throws(Fault) {
    bits = BitReader(read: read)
    for byte in "ajkg".utf8 where try bits.byte() != byte { throw .malformed }
    version = Int(try bits.byte())
    guard version >= 1, version <= 3 else { throw .unsupported("version \(version)") }
    let kind = try bits.number()
    guard kind == 3 || kind == 5 else { throw .unsupported("samples of kind \(kind)") }
    channels = try bits.number()
    guard channels == expected else { throw .malformed }
    blockSize = try bits.number()
    let predictor = try bits.number()
    meanCount = try bits.number()
    let skipped = try bits.number()
    guard blockSize >= 1, blockSize <= Self.maximumBlock, predictor <= Self.maximumPredictor,
      meanCount <= Self.maximumMeans, skipped <= 1 << 20
    else { throw .malformed }
    for _ in 0..<skipped { _ = try bits.unsigned(7) }
    history = max(3, predictor)
    quantization = version > 1 ? 1 << 5 : 0
    lines = [[Int32]](repeating: [Int32](repeating: 0, count: history), count: channels)
    means = [[Int32]](repeating: [Int32](repeating: 0, count: max(1, meanCount)), count: channels)
  }

  /// Decodes the next block of all channels into interleaved samples; an empty one is the end.
  mutating func block() throws(Fault) -> [Int16] {
    while true {
      let command = try bits.unsigned(2)
      switch command {
      case 0...3, 7, 8:
        try decode(command)
        channel += 1
        if channel == channels {
          channel = 0
          return interleaved()
        }
      case 4: return []
      case 5:
        // A block of all channels has one size.
        blockSize = try bits.number()
        guard channel == 0, blockSize >= 1, blockSize <= Self.maximumBlock else { throw .malformed }
      case 6:
        let shift = try bits.unsigned(2)
        guard shift < 32 else { throw .malformed }
        bitShift = Int32(shift)
      case 9:
        let count = try bits.unsigned(5)
        for _ in 0..<count { _ = try bits.unsigned(8) }
      default: throw .malformed
      }
    }
  }

  private mutating func decode(_ command: Int) throws(Fault) {
    var offset: Int32 = means[channel][0]
    if meanCount > 0 {
      let sum = means[channel].reduce(version < 2 ? 0 : Int64(meanCount / 2)) { $0 + Int64($1) }
      offset = Int32(truncatingIfNeeded: sum / Int64(meanCount))
      if version >= 2, bitShift > 0 { offset = (offset >> (bitShift - 1)) >> 1 }
    }
    var line = Array(lines[channel].suffix(history))
    line.reserveCapacity(history + blockSize)
    let energy = command == 8 ? 0 : try bits.unsigned(3)
    guard energy < 32 else { throw .malformed }
    switch command {
    case 7: try predict(&line, energy: energy, offset: offset)
    case 8: line.append(contentsOf: repeatElement(0, count: blockSize))
    default:
      for index in history..<(history + blockSize) {
        let residual = try bits.signed(energy)
        switch command {
        case 0: line.append(residual &+ offset)
        case 1: line.append(residual &+ line[index - 1])
        case 2: line.append(residual &+ (2 &* line[index - 1] &- line[index - 2]))
        default:
          line.append(residual &+ 3 &* (line[index - 1] &- line[index - 2]) &+ line[index - 3])
        }
      }
    }
    if meanCount > 0 {
      let sum = line[history...].reduce(version < 2 ? 0 : Int64(blockSize / 2)) { $0 + Int64($1) }
      let mean = Int32(truncatingIfNeeded: sum / Int64(blockSize))
      means[channel].removeFirst()
      means[channel].append(version < 2 ? mean : mean << bitShift)
    }
    lines[channel] = line
  }

  /// Linear prediction with coefficients of the block.
  private mutating func predict(_ line: inout [Int32], energy: Int, offset: Int32) throws(Fault) {
    let order = try bits.unsigned(2)
    guard order <= history else { throw .malformed }
    var coefficients: [Int32] = []
    for _ in 0..<order { coefficients.append(try bits.signed(5)) }
    for index in history - order..<history { line[index] = line[index] &- offset }
    for index in history..<(history + blockSize) {
      var sum = quantization
      for (lag, coefficient) in coefficients.enumerated() {
        sum = sum &+ coefficient &* line[index - lag - 1]
      }
      line.append(try bits.signed(energy) &+ (sum >> 5))
    }
    for index in line.indices.dropFirst(history) { line[index] = line[index] &+ offset }
  }

  private func interleaved() -> [Int16] {
    var samples = [Int16](repeating: 0, count: blockSize * channels)
    for channel in 0..<channels {
      for index in 0..<blockSize {
        samples[index * channels + channel] = Int16(
          truncatingIfNeeded: lines[channel][history + index] << bitShift)
      }
    }
    return samples
  }
}

/// Numbers in a stream of bits, the highest bit of a byte first.
private struct BitReader {
  private let read: (_ offset: Int, _ count: Int) -> [UInt8]?
  private var buffer: [UInt8] = []
  private var position = 0
  private var offset = 0
  private var current: UInt8 = 0
  private var left = 0

  init(read: @escaping (_ offset: Int, _ count: Int) -> [UInt8]?) { self.read = read }

  mutating func byte() throws(ShortenDecoder.Fault) -> UInt8 {
    if position == buffer.count {
      guard let next = read(offset, 1 << 14) else { throw .readFailed }
      guard !next.isEmpty else { throw .ended }
      offset += next.count
      (buffer, position) = (next, 0)
    }
    position += 1
    return buffer[position - 1]
  }

  private mutating func bit() throws(ShortenDecoder.Fault) -> UInt8 {
    if left == 0 {
      current = try byte()
      left = 8
    }
    left -= 1
    return current >> UInt8(left) & 1
  }

  /// A Rice code: zeros up to a one, then `width` bits; the zeros count in steps of 2^width.
  mutating func unsigned(_ width: Int) throws(ShortenDecoder.Fault) -> Int {
    var value = 0
    while try bit() == 0 {
      value += 1
      guard value < 1 << 30 else { throw .malformed }
    }
    for _ in 0..<width { value = value << 1 | Int(try bit()) }
    return value
  }

  /// A signed number whose lowest bit is the sign.
  mutating func signed(_ width: Int) throws(ShortenDecoder.Fault) -> Int32 {
    let value = try unsigned(width + 1)
    let half = Int32(truncatingIfNeeded: value >> 1)
    return value & 1 == 1 ? ~half : half
  }

  /// A number with the width of its Rice code before it.
  mutating func number() throws(ShortenDecoder.Fault) -> Int {
    let width = try unsigned(2)
    guard width <= 32 else { throw .malformed }
    return try unsigned(width)
  }
}
