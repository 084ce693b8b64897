import CSndfile
import Foundations
import Glibc

/// An open and checked audio file, read in blocks of samples.
///
/// Samples are Int16-valued: PCM16 unchanged, float32 times 32768, other PCM scaled accordingly. Used by one
/// thread at a time. Reading mono files allocates nothing; memory does not grow with the file.
package final class AudioFile {
  /// The format from the checked header.
  package let info: AudioInfo

  /// Harmless irregularities of the file.
  package let warnings: [Finding]

  /// The number of samples read so far per channel.
  package private(set) var position = 0

  private let region: DecodedRegion
  private let decoder: OpaquePointer
  private let channel: Int
  private let shown: String
  private let utterance: String?
  private var interleavedInt16: [Int16] = []
  private var interleavedFloat: [Float] = []

  /// The number of samples per channel decoded at once from a file with several channels.
  private static let interleavedFrames = 4096

  /// Opens and checks a file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - shown: the path in messages; `path` if nil.
  ///   - utterance: the key in findings.
  ///   - requirements: rate, channel and length.
  /// - Throws: `rejected` for a fault of the file, `inputOutput` for one of the system.
  package init(
    path: String, shown: String? = nil, utterance: String? = nil, requirements: AudioRequirements = .init()
  ) throws(CorpusError) {
    let shown = shown ?? Sanitized.path(path)
    let file = try OpenFile(path, shown: shown, utterance: utterance)
    let header = try Self.header(of: file, shown: shown, utterance: utterance, requirements: requirements)
    info = header.info
    warnings = header.warnings.map {
      Finding(
        .warning, $0.code, path: shown, field: $0.field, expected: $0.expected, found: $0.found,
        utterance: utterance)
    }
    channel = (requirements.channel ?? 1) - 1
    self.shown = shown
    self.utterance = utterance
    region = DecodedRegion(descriptor: file.release(), info: header.info)
    guard let decoder = region.openDecoder(header.info) else {
      if region.failure != 0 { throw .inputOutput(path: shown, operation: "read", errno: region.failure) }
      // The region passed all checks, so memory must be exhausted.
      throw .inputOutput(path: shown, operation: "sf_open_virtual", errno: ENOMEM)
    }
    self.decoder = decoder
    _ = sf_command(decoder, Int32(SFC_SET_NORM_FLOAT), nil, Int32(SF_FALSE))
  }

  deinit { sf_close(decoder) }

  private static func header(
    of file: borrowing OpenFile, shown: String, utterance: String?, requirements: AudioRequirements
  ) throws(CorpusError) -> AudioHeader {
    let descriptor = file.descriptor
    let byteCount = file.byteCount
    let result = withUnsafeTemporaryAllocation(byteCount: AudioHeader.prefixByteCount, alignment: 8) {
      buffer -> Result<AudioHeader, CorpusError> in
      guard let got = OpenFile.read(descriptor, at: 0, into: buffer) else {
        return .failure(.inputOutput(path: shown, operation: "read", errno: errno))
      }
      let source = AudioHeader.Source(
        prefix: UnsafeRawBufferPointer(rebasing: buffer[..<got]),
        byteCount: got < buffer.count ? got : byteCount
      ) { offset, count throws(AudioHeader.ReadFailure) in
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { target, filled in
          let got = OpenFile.read(descriptor, at: offset, into: UnsafeMutableRawBufferPointer(target))
          if got == nil { failure = errno }
          filled = got ?? 0
        }
        guard failure == 0 else { throw AudioHeader.ReadFailure(errno: failure) }
        return bytes
      }
      do throws(AudioHeader.Failure) {
        return .success(try AudioHeader.parse(source, requirements: requirements))
      } catch {
        switch error {
        case .fault(let fault):
          return .failure(
            .rejected(
              Finding(
                .reject, fault.code, path: shown, field: fault.field, expected: fault.expected,
                found: fault.found, utterance: utterance)))
        case .read(let failure):
          return .failure(.inputOutput(path: shown, operation: "read", errno: failure.errno))
        }
      }
    }
    return try result.get()
  }

  /// Reads the next samples of the selected channel of a 16-bit file (`info.coding.isInt16`).
  ///
  /// - Returns: the number of samples, 0 at the end.
  /// - Throws: `inputOutput` if a read fails, `rejected` (`truncated`) if the file has become shorter since
  ///   it was opened.
  package func read(into buffer: UnsafeMutableBufferPointer<Int16>) throws(CorpusError) -> Int {
    precondition(info.coding.isInt16, "Int16 samples of a file that is not 16-bit")
    var done = 0
    while done < buffer.count, position < info.sampleCount {
      let target = UnsafeMutableBufferPointer(rebasing: buffer[done...])
      let wanted = min(target.count, info.sampleCount - position)
      if info.channels == 1 {
        let got = Int(sf_readf_short(decoder, target.baseAddress, sf_count_t(wanted)))
        try advance(by: got, of: wanted)
        done += got
      } else {
        let frames = min(wanted, Self.interleavedFrames)
        if interleavedInt16.isEmpty {
          interleavedInt16 = [Int16](repeating: 0, count: Self.interleavedFrames * info.channels)
        }
        let got = interleavedInt16.withUnsafeMutableBufferPointer {
          Int(sf_readf_short(decoder, $0.baseAddress, sf_count_t(frames)))
        }
        try advance(by: got, of: frames)
        for frame in 0..<got { target[frame] = interleavedInt16[frame * info.channels + channel] }
        done += got
      }
    }
    return done
  }

  /// Reads the next samples of the selected channel, Int16-valued.
  ///
  /// - Returns: the number of samples, 0 at the end.
  /// - Throws: the errors of the Int16 form, and `rejected` (`non-finite`) at NaN or infinity.
  package func read(into buffer: UnsafeMutableBufferPointer<Float>) throws(CorpusError) -> Int {
    var done = 0
    while done < buffer.count, position < info.sampleCount {
      let target = UnsafeMutableBufferPointer(rebasing: buffer[done...])
      let wanted = min(target.count, info.sampleCount - position)
      let got: Int
      if info.channels == 1 {
        got = Int(sf_readf_float(decoder, target.baseAddress, sf_count_t(wanted)))
        try advance(by: got, of: wanted)
      } else {
        let frames = min(wanted, Self.interleavedFrames)
        if interleavedFloat.isEmpty {
          interleavedFloat = [Float](repeating: 0, count: Self.interleavedFrames * info.channels)
        }
        got = interleavedFloat.withUnsafeMutableBufferPointer {
          Int(sf_readf_float(decoder, $0.baseAddress, sf_count_t(frames)))
        }
        try advance(by: got, of: frames)
        for frame in 0..<got { target[frame] = interleavedFloat[frame * info.channels + channel] }
      }
      try scale(UnsafeMutableBufferPointer(rebasing: target[..<got]))
      done += got
    }
    return done
  }

  /// Moves to a sample, 0 to `info.sampleCount`.
  package func seek(toSample sample: Int) throws(CorpusError) {
    precondition(sample >= 0 && sample <= info.sampleCount, "a sample outside the file")
    guard sf_seek(decoder, sf_count_t(sample), Int32(SEEK_SET)) == sf_count_t(sample) else {
      throw .inputOutput(path: shown, operation: "seek", errno: region.failure == 0 ? EIO : region.failure)
    }
    position = sample
  }

  private func advance(by got: Int, of wanted: Int) throws(CorpusError) {
    if region.failure != 0 { throw .inputOutput(path: shown, operation: "read", errno: region.failure) }
    guard got == wanted else {
      throw .rejected(
        Finding(
          .reject, .truncated, path: shown, expected: "\(info.sampleCount) samples",
          found: "\(position + max(0, got))", utterance: utterance))
    }
    position += got
  }

  /// Scaling by powers of two is exact, also for 24-bit samples.
  private func scale(_ samples: UnsafeMutableBufferPointer<Float>) throws(CorpusError) {
    let factor: Float
    switch info.coding {
    case .pcm16LittleEndian, .pcm16BigEndian: return
    case .pcm8: factor = 256
    case .pcm24: factor = 1 / 256
    case .pcm32: factor = 1 / 65536
    case .float32: factor = 32768
    }
    // The sum of all samples times 0 is NaN exactly if a sample is not finite.
    var poison: Float = 0
    for index in samples.indices {
      let value = samples[index] * factor
      samples[index] = value
      poison += value * 0
    }
    guard poison.isNaN else { return }
    let first = samples.firstIndex { !$0.isFinite } ?? 0
    throw .rejected(
      Finding(
        .reject, .nonFinite, path: shown, field: "sample \(position - samples.count + first)",
        expected: "finite samples", found: samples[first].isNaN ? "NaN" : "infinity", utterance: utterance))
  }
}
