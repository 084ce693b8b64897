import Foundations

/// The parser of Sony Wave64 headers: RIFF's chunks with 16-byte names and 64-bit sizes, which count the head
/// of the chunk; chunks start at multiples of 8.
enum Wave64Header {
  private static let maximumChunks = 1024
  private static let headByteCount = 24

  /// The bytes after the four letters of a name; the first chunk's differs.
  private static let tail: [UInt8] = [
    0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1, 0x00, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A,
  ]

  /// Parses a header that starts with `riff`.
  static func parse(_ source: AudioHeader.Source) throws -> AudioHeader {
    let start = try source.bytes(at: 0, count: 40)
    guard start.count == 40, start[24..<28].elementsEqual("wave".utf8), start[28...].elementsEqual(tail)
    else {
      throw HeaderFault(.unknownFormat, expected: "Wave64", found: "riff of another kind")
    }
    var format: RiffHeader.Format?
    var position = 40
    for _ in 0..<maximumChunks {
      let head = try source.bytes(at: position, count: headByteCount)
      guard head.count == headByteCount else { break }
      let size = head[16...].littleEndianInteger - headByteCount
      let body = position + headByteCount
      let left = source.byteCount - body
      let isData = head[..<4].elementsEqual("data".utf8)
      // ffmpeg leaves the largest number, or none, where it cannot seek.
      let isUnsized = isData && (size > left && size >= 1 << 40 || size == -headByteCount)
      guard size >= 0 || isUnsized, head[4..<16].elementsEqual(tail) else {
        throw HeaderFault(.badHeader, field: "chunks", expected: "a chunk", found: "other bytes")
      }
      guard size <= left || isUnsized else {
        throw HeaderFault(
          .truncated, field: Sanitized.token(head[..<4]), expected: "\(size) bytes", found: "\(left)")
      }
      if head[..<4].elementsEqual("fmt ".utf8) {
        format = try RiffHeader.format(source.bytes(at: body, count: min(size, 40)), size: size)
      } else if isData {
        guard let format else {
          throw HeaderFault(.badHeader, field: "fmt", expected: "fmt before data", found: "none")
        }
        return DataRegion(offset: body, byteCount: isUnsized ? left : size, isDerived: isUnsized).header(
          .w64, format.coding, rate: format.rate, channels: format.channels, field: "data", warnings: [])
      }
      position = body + (size + 7) / 8 * 8
    }
    throw HeaderFault(.badHeader, field: "data", expected: "a data chunk", found: "none")
  }
}
