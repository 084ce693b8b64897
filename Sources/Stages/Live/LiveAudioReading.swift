import Corpus
import Files
import Glibc
import StageGraph

/// The source that reads samples from a descriptor as they come, raw or behind a WAV or SPHERE header: one
/// utterance, whose end is the end of the input.
struct LiveAudioReading: Sendable {
  let descriptor: Int32
  let format: LiveInputFormat
  let requirements: AudioRequirements
  let context: UtteranceContext
  let blockSamples: Int
  let int16Pool: BufferPool<Int16>
  let floatPool: BufferPool<Float>
  let counts: LiveCounts
  let stop: StreamStop

  init(
    descriptor: Int32, format: LiveInputFormat, requirements: AudioRequirements, key: String,
    blockSamples: Int, counts: LiveCounts, stop: StreamStop
  ) {
    self.descriptor = descriptor
    self.format = format
    self.requirements = requirements
    context = UtteranceContext(
      work: UtteranceWork(index: 0), utterance: Utterance(key: key, audioPath: "standard input"),
      content: nil)
    self.blockSamples = blockSamples
    int16Pool = BufferPool(elementsPerBuffer: blockSamples)
    floatPool = BufferPool(elementsPerBuffer: blockSamples)
    self.counts = counts
    self.stop = stop
  }

  func source() -> Source<AudioBlock> {
    Source("StandardInput", placement: .ownThread) { sender in try await read(into: &sender) }
  }

  /// The format of the samples, from the header if there is one.
  private struct Format {
    var isFloat: Bool
    var isBigEndian = false
    var channels = 1
    var channel = 0
    /// Bytes that still belong to the samples; nil until the input ends.
    var bytesLeft: Int?

    var bytesPerFrame: Int { channels * (isFloat ? 4 : 2) }
  }

  nonisolated(nonsending) private func read(into sender: inout StreamSender<AudioBlock>) async throws {
    var bytes: [UInt8] = []
    guard var format = try sampleFormat(&bytes) else { return }
    let chunk = blockSamples * format.bytesPerFrame
    while true {
      if let left = format.bytesLeft, bytes.count > left { bytes.removeLast(bytes.count - left) }
      let frames = min(bytes.count / format.bytesPerFrame, blockSamples)
      if frames > 0 {
        let block = try block(bytes, frames: frames, format)
        try await sender.send(block)
        counts.add(samples: frames)
        bytes.removeFirst(frames * format.bytesPerFrame)
        if let left = format.bytesLeft { format.bytesLeft = left - frames * format.bytesPerFrame }
        continue
      }
      if let left = format.bytesLeft, left < format.bytesPerFrame { break }
      guard try more(&bytes, atMost: chunk) else { break }
    }
    if let left = format.bytesLeft, left >= format.bytesPerFrame, !stop.isRequested {
      throw StageError.inputTruncated(missingBytes: left)
    }
    counts.add(oddBytes: bytes.count)
    guard counts.samples > 0 else { return }
    try await sender.send(
      AudioBlock(context: context, samples: .none, sampleCount: 0, isLast: true, rejection: nil))
  }

  /// The format of what follows; nil if the input ends before there is any.
  private func sampleFormat(_ bytes: inout [UInt8]) throws -> Format? {
    switch self.format {
    case .s16: return Format(isFloat: false)
    case .f32: return Format(isFloat: true)
    case .auto, .file: break
    }
    while bytes.count < 12 {
      guard try more(&bytes, atMost: 4096) else { break }
    }
    guard !bytes.isEmpty else { return nil }
    guard bytes.withUnsafeBytes(StreamHeader.isPresent) else {
      if self.format == .auto {
        if let format = bytes.withUnsafeBytes(StreamHeader.foreignFormat) {
          throw StageError.foreignInput(format: format)
        }
        guard requirements.channel == nil else { throw StageError.channelOfRawInput(self.format) }
        return Format(isFloat: false)
      }
      throw StageError.headerMissing
    }
    while true {
      if let header = try Self.header(bytes, requirements) {
        bytes.removeFirst(header.dataOffset)
        return try Self.format(of: header, channel: requirements.channel)
      }
      guard try more(&bytes, atMost: 4096) else {
        throw StageError.inputTruncated(missingBytes: nil)
      }
    }
  }

  private static func header(
    _ bytes: [UInt8], _ requirements: AudioRequirements
  ) throws(CorpusError) -> StreamHeader? {
    let parsed: Result<StreamHeader?, CorpusError> = bytes.withUnsafeBytes { bytes in
      do throws(CorpusError) {
        return .success(try StreamHeader(bytes, shown: "standard input", requirements: requirements))
      } catch {
        return .failure(error)
      }
    }
    return try parsed.get()
  }

  private static func format(of header: StreamHeader, channel: Int?) throws -> Format {
    switch header.coding {
    case .pcm16LittleEndian, .pcm16BigEndian, .float32: break
    case .pcm8, .pcm24, .pcm32:
      throw StageError.unsupportedInputCoding(header.coding.rawValue)
    }
    return Format(
      isFloat: header.coding == .float32, isBigEndian: header.coding == .pcm16BigEndian,
      channels: header.channels, channel: (channel ?? 1) - 1,
      bytesLeft: header.sampleCount.map { $0 * header.channels * header.coding.bytesPerSample })
  }

  /// Reads what is there, at least a byte; false at the end of the input.
  private func more(_ bytes: inout [UInt8], atMost count: Int) throws -> Bool {
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: count))
    while true {
      // A read that blocks could not be cancelled, so it waits in short turns.
      var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      try Task.checkCancellation()
      if stop.isRequested {
        bytes.removeLast(count)
        return false
      }
      let ready = poll(&poller, 1, 100)
      if ready < 0, errno != EINTR { throw Self.failure() }
      if ready <= 0 { continue }
      let got = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress.map { $0 + start }, count)
      }
      if got >= 0 {
        bytes.removeLast(count - got)
        return got > 0
      }
      // Somebody else may have read first from a descriptor that does not block.
      guard errno == EINTR || errno == EAGAIN else { throw Self.failure() }
    }
  }

  private static func failure() -> FileError {
    .system(operation: .read, path: "standard input", code: errno)
  }

  private func block(_ bytes: [UInt8], frames: Int, _ format: Format) throws -> AudioBlock {
    if format.isFloat {
      var slab = try floatPool.acquire()
      slab.count = frames
      try Self.floats(bytes, into: UnsafeMutableBufferPointer(start: slab.base, count: frames), format)
      return AudioBlock(
        context: context, samples: .float32(slab), sampleCount: frames, isLast: false, rejection: nil)
    }
    var slab = try int16Pool.acquire()
    slab.count = frames
    let target = UnsafeMutableBufferPointer(start: slab.base, count: frames)
    bytes.withUnsafeBytes { bytes in
      for frame in 0..<frames {
        let bits = bytes.loadUnaligned(
          fromByteOffset: 2 * (frame * format.channels + format.channel), as: Int16.self)
        target[frame] = format.isBigEndian ? Int16(bigEndian: bits) : Int16(littleEndian: bits)
      }
    }
    return AudioBlock(
      context: context, samples: .int16(slab), sampleCount: frames, isLast: false, rejection: nil)
  }

  private static func floats(
    _ bytes: [UInt8], into target: UnsafeMutableBufferPointer<Float>, _ format: Format
  ) throws(StageError) {
    let areFinite = bytes.withUnsafeBytes { bytes in
      for frame in target.indices {
        let bits = bytes.loadUnaligned(
          fromByteOffset: 4 * (frame * format.channels + format.channel), as: UInt32.self)
        target[frame] = Float(bitPattern: UInt32(littleEndian: bits)) * 32_768
      }
      return target.allSatisfy(\.isFinite)
    }
    guard areFinite else {
      throw .nonFiniteSamples
    }
  }
}
