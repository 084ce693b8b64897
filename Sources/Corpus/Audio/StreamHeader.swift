import Glibc

/// The header of audio that comes as a stream, where the end is not known.
package struct StreamHeader: Equatable, Sendable {
  package var container: AudioContainer
  package var coding: SampleCoding
  package var sampleRateHertz: Int
  package var channels: Int

  /// Samples of each channel as the header says; nil if it does not.
  package var sampleCount: Int?

  /// Where the samples start, in bytes from the start of the stream.
  package var dataOffset: Int

  /// The most bytes a header may need.
  package static let longestPrefix = AudioHeader.longestHeader

  /// Whether a stream that starts with these bytes, at least 4, has a header; else it is raw samples.
  package static func isPresent(_ prefix: UnsafeRawBufferPointer) -> Bool {
    AudioHeader.starts(prefix, "NIST") || AudioHeader.starts(prefix, "RIFF")
  }

  /// The name of a file format that the bytes begin like and that is not read; nil if they may be samples.
  package static func foreignFormat(_ prefix: UnsafeRawBufferPointer) -> String? {
    AudioHeader.knownMagic(prefix)
  }

  /// Parses the first bytes of a stream; nil if more bytes are needed.
  ///
  /// The sample rate must be `requirements.sampleRateHertz`, the channels one or `requirements.channel` among them.
  /// Throws `rejected`, with `shown` as path.
  package init?(
    _ prefix: UnsafeRawBufferPointer, shown: String = "-", requirements: AudioRequirements = .init()
  ) throws(CorpusError) {
    guard prefix.count >= 12 else { return nil }
    let source = AudioHeader.Source(prefix: prefix, byteCount: AudioHeader.unknownByteCount) {
      _, _ throws(AudioHeader.ReadFailure) in throw AudioHeader.ReadFailure(errno: EAGAIN)
    }
    let header: AudioHeader
    do throws(AudioHeader.Failure) {
      header = try AudioHeader.parse(source, requirements: requirements)
    } catch {
      switch error {
      case .read:
        guard prefix.count < Self.longestPrefix else {
          throw .rejected(
            Finding(
              .reject, .badHeader, path: shown, expected: "at most \(Self.longestPrefix) bytes of header",
              found: "more"))
        }
        return nil
      case .fault(let fault):
        throw .rejected(
          Finding(
            .reject, fault.code, path: shown, field: fault.field, expected: fault.expected, found: fault.found
          ))
      }
    }
    container = header.info.container
    coding = header.info.coding
    sampleRateHertz = header.info.sampleRateHertz
    channels = header.info.channels
    dataOffset = header.info.dataOffset
    sampleCount = header.warnings.contains { $0.code == .countDerived } ? nil : header.info.sampleCount
  }
}
