import CSndfile
import Foundations
import Glibc

/// An open and checked audio file, read in blocks of samples.
///
/// Samples are Int16-valued: PCM16 unchanged, float times 32768, other PCM scaled accordingly. Used by one
/// thread at a time. Reading mono files allocates nothing; memory does not grow with the file.
package final class AudioFile {
  /// The format from the checked header.
  package private(set) var info: AudioInfo

  /// Harmless irregularities of the file.
  package let warnings: [Finding]

  /// The sum of the samples, modulo 2¹⁶, that the header states; nil if it states none.
  package let statedChecksum: Int?

  /// The number of samples read so far per channel.
  package private(set) var position = 0

  /// The first sample of the segment that is read.
  private var firstSample = 0
  private let source: SampleSource
  /// The channel that is read, from 0; negative for the mean of all.
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
    var header = try Self.header(of: file, shown: shown, utterance: utterance, requirements: requirements)
    let byteCount = file.byteCount
    channel = (requirements.channel ?? 1) - 1
    self.shown = shown
    self.utterance = utterance
    let region = DecodedRegion(descriptor: file.release(), fileByteCount: byteCount, info: header.info)
    do throws(SampleSource.Failure) {
      source = try SampleSource(region, &header)
      try header.recheck(requirements)
    } catch {
      switch error {
      case .fault(let fault):
        throw .rejected(Self.finding(.reject, fault, shown: shown, utterance: utterance))
      case .system(let operation, let code):
        throw .inputOutput(path: shown, operation: operation, errno: code)
      }
    }
    info = header.info
    statedChecksum = header.checksum
    warnings = header.warnings.map {
      Finding(
        .warning, $0.code, path: shown, field: $0.field, expected: $0.expected, found: $0.found,
        utterance: utterance)
    }
  }

  private static func finding(
    _ severity: Finding.Severity, _ fault: HeaderFault, shown: String, utterance: String?
  ) -> Finding {
    Finding(
      severity, fault.code, path: shown, field: fault.field, expected: fault.expected, found: fault.found,
      utterance: utterance)
  }

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
          return .failure(.rejected(finding(.reject, fault, shown: shown, utterance: utterance)))
        case .read(let failure):
          return .failure(.inputOutput(path: shown, operation: "read", errno: failure.errno))
        }
      }
    }
    return try result.get()
  }

  /// Restricts the file to a part, which becomes all of it: `info.sampleCount`, positions and seeking.
  ///
  /// - Parameter range: inside the file.
  package func restrict(to range: Range<Int>) throws(CorpusError) {
    precondition(range.lowerBound >= 0 && range.upperBound <= info.sampleCount, "a part outside the file")
    firstSample += range.lowerBound
    info.sampleCount = range.count
    try seek(toSample: 0)
  }

  /// Whether samples can be read as Int16, without rounding.
  package var readsInt16: Bool { info.coding.isInt16 && (channel >= 0 || info.channels == 1) }

  /// Reads the next samples of the selected channel of a 16-bit file (``readsInt16``).
  ///
  /// - Returns: the number of samples, 0 at the end.
  /// - Throws: `inputOutput` if a read fails, `rejected` (`truncated`) if the file has become shorter since
  ///   it was opened.
  package func read(into buffer: UnsafeMutableBufferPointer<Int16>) throws(CorpusError) -> Int {
    precondition(readsInt16, "Int16 samples of a file that is not 16-bit, or of a mean")
    var done = 0
    while done < buffer.count, position < info.sampleCount {
      let target = UnsafeMutableBufferPointer(rebasing: buffer[done...])
      let wanted = min(target.count, info.sampleCount - position)
      if info.channels == 1 {
        let got = source.read(into: UnsafeMutableBufferPointer(rebasing: target[..<wanted]), frames: wanted)
        try advance(by: got, of: wanted)
        done += got
      } else {
        let frames = min(wanted, Self.interleavedFrames)
        if interleavedInt16.isEmpty {
          interleavedInt16 = [Int16](repeating: 0, count: Self.interleavedFrames * info.channels)
        }
        let got = interleavedInt16.withUnsafeMutableBufferPointer { source.read(into: $0, frames: frames) }
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
        got = source.read(into: UnsafeMutableBufferPointer(rebasing: target[..<wanted]), frames: wanted)
        try advance(by: got, of: wanted)
      } else {
        let frames = min(wanted, Self.interleavedFrames)
        if interleavedFloat.isEmpty {
          interleavedFloat = [Float](repeating: 0, count: Self.interleavedFrames * info.channels)
        }
        got = interleavedFloat.withUnsafeMutableBufferPointer { source.read(into: $0, frames: frames) }
        try advance(by: got, of: frames)
        for frame in 0..<got { target[frame] = selected(frame * info.channels) }
      }
      try scale(UnsafeMutableBufferPointer(rebasing: target[..<got]))
      done += got
    }
    return done
  }

  /// The sample of the selected channel, or the mean of all, of a decoded frame.
  private func selected(_ start: Int) -> Float {
    guard channel < 0 else { return interleavedFloat[start + channel] }
    var sum: Float = 0
    for channel in 0..<info.channels { sum += interleavedFloat[start + channel] }
    return sum / Float(info.channels)
  }

  /// Moves to a sample, 0 to `info.sampleCount`.
  package func seek(toSample sample: Int) throws(CorpusError) {
    precondition(sample >= 0 && sample <= info.sampleCount, "a sample outside the file")
    guard source.seek(toFrame: firstSample + sample) else {
      throw .inputOutput(path: shown, operation: "seek", errno: source.failure == 0 ? EIO : source.failure)
    }
    position = sample
  }

  private func advance(by got: Int, of wanted: Int) throws(CorpusError) {
    if source.failure != 0 { throw .inputOutput(path: shown, operation: "read", errno: source.failure) }
    guard got == wanted else {
      throw .rejected(
        Finding(
          .reject, .truncated, path: shown, expected: "\(info.sampleCount) samples",
          found: "\(position + max(0, got))", utterance: utterance))
    }
    position += got
  }

  private func scale(_ samples: UnsafeMutableBufferPointer<Float>) throws(CorpusError) {
    let factor = info.coding.scale
    if info.coding.isInt16 { return }
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

  /// A warning of float samples in the steps of another format, as the first seconds show; nil for others.
  ///
  /// The file is at its start before and after.
  package func scaleFinding() throws(CorpusError) -> Finding? {
    guard info.coding.isFloat, position == 0 else { return nil }
    var peak: Float = 0
    let block = UnsafeMutableBufferPointer<Float>.allocate(capacity: 1 << 14)
    defer { block.deallocate() }
    do throws(CorpusError) {
      for _ in 0..<8 {
        let got = try read(into: block)
        if got == 0 { break }
        for sample in block[..<got] { peak = max(peak, abs(sample)) }
      }
    } catch {
      // Reading for real meets the same fault.
      guard case .rejected = error else { throw error }
    }
    try seek(toSample: 0)
    guard peak / 32768 > Self.largestPeak else { return nil }
    return Finding(
      .warning, .scale, path: shown, expected: "float samples with a full scale of 1",
      found: "a peak of \(peak / 32768), as if in 16-bit steps", utterance: utterance)
  }

  /// Peaks of float audio beyond this, in full scales, are of another scale; processing may exceed 1 a
  /// little.
  private static let largestPeak: Float = 8
}
