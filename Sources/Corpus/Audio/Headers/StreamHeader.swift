import Glibc

/// The header of streamed audio, whose length is unknown.
package struct StreamHeader: Equatable, Sendable {
  package var container: AudioContainer
  package var coding: SampleCoding
  package var sampleRateHertz: Int
  package var channels: Int

  /// The number of samples per channel according to the header; nil if it has none.
  package var sampleCount: Int?

  /// The offset of the samples in the stream, in bytes.
  package var dataOffset: Int

  /// The maximum size of a header, in bytes.
  package static let maximumPrefixBytes = AudioHeader.maximumHeaderBytes

  /// Whether a stream with these first bytes, at least 4, has a header; otherwise it is raw samples.
  package static func isPresent(_ prefix: UnsafeRawBufferPointer) -> Bool {
    AudioHeader.starts(prefix, "NIST") || AudioHeader.starts(prefix, "RIFF")
  }

  /// The name of an unsupported file format with these first bytes; nil if they may be samples.
  package static func foreignFormat(_ prefix: UnsafeRawBufferPointer) -> String? {
    AudioHeader.knownMagic(prefix)
  }

  /// Parses the first bytes of a stream; nil if more bytes are needed.
  ///
  /// The sample rate must be `requirements.sampleRateHertz`; there must be one channel, or
  /// `requirements.channel` must be among them.
  ///
  /// - Throws: `rejected`, with `shown` as path.
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
        guard prefix.count < Self.maximumPrefixBytes else {
          throw .rejected(
            Finding(
              .reject, .badHeader, path: shown,
              expected: "at most \(Self.maximumPrefixBytes) bytes of"
                + " header",
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
