import Glibc

/// The header of a RIFF file that comes through a pipe, where neither the size nor the end is known yet.
package struct StreamedAudioHeader: Equatable, Sendable {
  package let info: AudioInfo
  /// Bytes of samples that the header promises; nil where a writer that could not seek has left the size open.
  package let dataByteCount: Int?

  /// The most bytes of a stream that are looked through for the samples.
  package static let longestHeader = 1 << 20

  /// Sizes that programs write when they do not know: 0, 2³¹ − 1 less the header, and 2³² − 1.
  private static func isOpen(_ size: Int) -> Bool { size == 0 || size >= 0x7FFF_FF00 }

  /// Whether the first bytes are those of a RIFF file.
  package static func isRiff(_ prefix: [UInt8]) -> Bool { prefix.starts(with: "RIFF".utf8) }

  /// Parses what has come so far; nil if the samples have not begun yet.
  ///
  /// Throws `rejected`, as for a file.
  package static func parse(
    _ prefix: [UInt8], requirements: AudioRequirements
  ) throws(CorpusError) -> StreamedAudioHeader? {
    guard let data = dataChunk(in: prefix) else {
      guard prefix.count < longestHeader else {
        throw rejected(
          HeaderFault(
            .badHeader, field: "data", expected: "within \(longestHeader) bytes", found: "none"))
      }
      return nil
    }
    let isOpen = isOpen(data.size)
    // An open size is closed here with one that cannot be reached, so that a file's checks hold for a stream.
    let size = isOpen ? 0x7FFF_FFFE : data.size
    var bytes = Array(prefix[..<data.body])
    for place in 0..<4 { bytes[data.body - 4 + place] = UInt8(truncatingIfNeeded: size >> (8 * place)) }
    let header: Result<AudioHeader, CorpusError> = bytes.withUnsafeBytes { bytes in
      let source = AudioHeader.Source(prefix: bytes, byteCount: data.body + size) { _, _ in [] }
      do throws(AudioHeader.Failure) {
        return .success(try AudioHeader.parse(source, requirements: requirements))
      } catch {
        switch error {
        case .fault(let fault): return .failure(rejected(fault))
        case .read(let failure):
          return .failure(.inputOutput(path: "standard input", operation: "read", errno: failure.errno))
        }
      }
    }
    return StreamedAudioHeader(info: try header.get().info, dataByteCount: isOpen ? nil : size)
  }

  /// Where the samples begin and the size that the header gives them, once the chunks before them have come.
  private static func dataChunk(in prefix: [UInt8]) -> (body: Int, size: Int)? {
    var position = 12
    while position + 8 <= prefix.count {
      let size = (0..<4).reduce(0) { $0 | Int(prefix[position + 4 + $1]) << (8 * $1) }
      if prefix[position..<position + 4].elementsEqual("data".utf8) { return (position + 8, size) }
      position += 8 + size + (size & 1)
    }
    return nil
  }

  private static func rejected(_ fault: HeaderFault) -> CorpusError {
    .rejected(
      Finding(
        .reject, fault.code, path: "standard input", field: fault.field, expected: fault.expected,
        found: fault.found))
  }
}
