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
    var decoder: SampleDecoder
    /// That of the header; nil without one.
    var sampleRateHertz: Int?
    /// Bytes that still belong to the samples; nil until the input ends.
    var bytesLeft: Int?

    init(
      _ coding: SampleCoding, channels: Int = 1, channel: Int = 0, bytesLeft: Int? = nil,
      sampleRateHertz: Int? = nil
    ) {
      self.sampleRateHertz = sampleRateHertz
      decoder = SampleDecoder(coding, channels: channels, channel: channel)
      self.bytesLeft = bytesLeft
    }

    var bytesPerFrame: Int { decoder.bytesPerFrame }
  }

  nonisolated(nonsending) private func read(into sender: inout StreamSender<AudioBlock>) async throws {
    var bytes: [UInt8] = []
    guard var format = try sampleFormat(&bytes) else { return }
    counts.set(sampleRateHertz: format.sampleRateHertz ?? requirements.sampleRateHertz ?? 0)
    let chunk = blockSamples * format.bytesPerFrame
    while true {
      if let left = format.bytesLeft, bytes.count > left { bytes.removeLast(bytes.count - left) }
      let frames = min(bytes.count / format.bytesPerFrame, blockSamples)
      if frames > 0 {
        var usable = frames
        let block = try block(bytes, frames: &usable, format)
        try await sender.send(block)
        counts.add(samples: usable)
        if usable < frames {
          counts.end(with: .nonFiniteSamples)
          return try await finish(into: &sender)
        }
        bytes.removeFirst(frames * format.bytesPerFrame)
        if let left = format.bytesLeft { format.bytesLeft = left - frames * format.bytesPerFrame }
        continue
      }
      if let left = format.bytesLeft, left < format.bytesPerFrame { break }
      guard try more(&bytes, atMost: chunk) else { break }
    }
    if let left = format.bytesLeft, left >= format.bytesPerFrame, !stop.isRequested {
      counts.end(with: .inputTruncated(missingBytes: left))
    }
    if counts.inputFault == nil { counts.add(oddBytes: bytes.count) }
    try await finish(into: &sender)
  }

  /// Ends the utterance, be it cut short: the frames before that are whole.
  nonisolated(nonsending) private func finish(into sender: inout StreamSender<AudioBlock>) async throws {
    guard counts.samples > 0 else { return }
    try await sender.send(
      AudioBlock(
        context: context, samples: .none, sampleCount: 0, isLast: true, rejection: nil,
        sampleRateHertz: counts.sampleRateHertz))
  }

  /// The format of what follows; nil if the input ends before there is any.
  private func sampleFormat(_ bytes: inout [UInt8]) throws -> Format? {
    switch self.format {
    case .s16: return Format(.pcm16LittleEndian)
    case .f32: return Format(.float32)
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
        return Format(.pcm16LittleEndian)
      }
      throw StageError.headerMissing
    }
    while true {
      if let header = try Self.header(bytes, requirements) {
        bytes.removeFirst(header.dataOffset)
        return Self.format(of: header, channel: requirements.channel)
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

  private static func format(of header: StreamHeader, channel: Int?) -> Format {
    Format(
      header.coding, channels: header.channels, channel: (channel ?? 1) - 1,
      bytesLeft: header.sampleCount.map { $0 * header.channels * header.coding.bytesPerSample },
      sampleRateHertz: header.sampleRateHertz)
  }

  /// Reads what is there, at least a byte; false at the end of the input.
  private func more(_ bytes: inout [UInt8], atMost count: Int) throws -> Bool {
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: count))
    while true {
      // A read that blocks could not be canceled, so it waits in short turns.
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

  /// A block of samples, up to the first that is not finite.
  ///
  /// - Parameter frames: set to the number of samples in the block.
  private func block(
    _ bytes: [UInt8], frames: inout Int, _ format: Format
  ) throws -> AudioBlock {
    guard format.decoder.decodesInt16 else {
      var slab = try floatPool.acquire()
      let target = UnsafeMutableBufferPointer(start: slab.base, count: frames)
      bytes.withUnsafeBytes { format.decoder.decode($0, into: target) }
      frames = target.firstIndex { !$0.isFinite } ?? frames
      slab.count = frames
      return AudioBlock(
        context: context, samples: .float32(slab), sampleCount: frames, isLast: false, rejection: nil,
        sampleRateHertz: format.sampleRateHertz)
    }
    var slab = try int16Pool.acquire()
    slab.count = frames
    let target = UnsafeMutableBufferPointer(start: slab.base, count: frames)
    bytes.withUnsafeBytes { format.decoder.decode($0, into: target) }
    return AudioBlock(
      context: context, samples: .int16(slab), sampleCount: frames, isLast: false, rejection: nil,
      sampleRateHertz: format.sampleRateHertz)
  }
}
