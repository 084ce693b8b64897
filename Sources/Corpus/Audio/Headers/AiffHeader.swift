import Foundations

/// The parser of AIFF and AIFF-C headers: big-endian chunks, `COMM` and `SSND` among others, odd ones padded.
///
/// Source: Apple, "Audio Interchange File Format AIFF-C" (1991).
enum AiffHeader {
  private static let maximumChunks = 1024

  private struct Format {
    var coding: SampleCoding
    var channels: Int
    var rate: Int
    var frames: Int
  }

  /// Parses a header that starts with `FORM`.
  static func parse(_ source: AudioHeader.Source) throws -> AudioHeader {
    let start = try source.bytes(at: 0, count: 12)
    guard start.count == 12 else {
      throw HeaderFault(.truncated, field: "FORM", expected: "12 bytes", found: "\(start.count)")
    }
    let kind = start[8...]
    let isCompressible = kind.elementsEqual("AIFC".utf8)
    guard isCompressible || kind.elementsEqual("AIFF".utf8) else {
      throw HeaderFault(.unknownFormat, expected: "AIFF or AIFF-C", found: "FORM of another kind")
    }
    var format: Format?
    var data: DataRegion?
    var position = 12
    var chunks = 0
    while position + 8 <= source.byteCount, format == nil || data == nil {
      let head = try source.bytes(at: position, count: 8)
      chunks += 1
      guard chunks <= maximumChunks, head.count == 8 else {
        throw HeaderFault(.badHeader, field: "chunks", expected: "at most \(maximumChunks)", found: "more")
      }
      let size = head[4...].bigEndianInteger
      let left = source.byteCount - position - 8
      let body = position + 8
      if head[..<4].elementsEqual("COMM".utf8) {
        guard format == nil else {
          throw HeaderFault(.duplicateField, field: "COMM", expected: "one chunk", found: "two")
        }
        format = try self.format(source.bytes(at: body, count: min(size, 24)), isCompressible)
      } else if head[..<4].elementsEqual("SSND".utf8) {
        guard data == nil else {
          throw HeaderFault(.duplicateField, field: "SSND", expected: "one chunk", found: "two")
        }
        let isUnsized = size > left && HeaderLimits.isPlaceholder(size)
        guard size <= left || isUnsized else {
          throw HeaderFault(.truncated, field: "SSND", expected: "\(size) bytes", found: "\(left)")
        }
        let used = isUnsized ? left : size
        let offset = try source.bytes(at: body, count: 8).prefix(4).bigEndianInteger
        guard used >= 8, offset <= used - 8 else {
          throw HeaderFault(.badHeader, field: "SSND", expected: "at least 8 bytes", found: "\(used)")
        }
        data = DataRegion(offset: body + 8 + offset, byteCount: used - 8 - offset, isDerived: isUnsized)
        if isUnsized { break }
      }
      guard size <= left else {
        throw HeaderFault(
          .truncated, field: Sanitized.token(head[..<4]), expected: "\(size) bytes", found: "\(left)")
      }
      position = body + size + (size & 1)
    }
    guard let format else { throw HeaderFault(.badHeader, field: "COMM", expected: "a chunk", found: "none") }
    guard var data else { throw HeaderFault(.badHeader, field: "SSND", expected: "a chunk", found: "none") }
    let stated = format.frames * format.channels * format.coding.bytesPerSample
    if !data.isDerived, format.frames > 0, stated < data.byteCount { data.byteCount = stated }
    if !data.isDerived, stated > data.byteCount, !HeaderLimits.isPlaceholder(format.frames) {
      throw HeaderFault(
        .truncated, field: "COMM", expected: "\(format.frames) samples",
        found: "\(data.byteCount / (format.channels * format.coding.bytesPerSample))")
    }
    return data.header(
      .aiff, format.coding, rate: format.rate, channels: format.channels, field: "SSND", warnings: [])
  }

  private static func format(_ chunk: [UInt8], _ isCompressible: Bool) throws(HeaderFault) -> Format {
    guard chunk.count >= (isCompressible ? 22 : 18) else {
      throw HeaderFault(.badHeader, field: "COMM", expected: "at least 18 bytes", found: "\(chunk.count)")
    }
    let bits = chunk[6..<8].bigEndianInteger
    let type = isCompressible ? String(decoding: chunk[18..<22], as: UTF8.self) : "NONE"
    let coding: SampleCoding? =
      switch (type, (bits + 7) / 8) {
      case ("NONE", 1), ("twos", 1): .pcmSigned8
      case ("NONE", 2), ("twos", 2): .pcm16BigEndian
      case ("NONE", 3), ("twos", 3), ("in24", _): .pcm24BigEndian
      case ("NONE", 4), ("twos", 4), ("in32", _): .pcm32BigEndian
      case ("sowt", 2): .pcm16LittleEndian
      case ("sowt", 3): .pcm24
      case ("sowt", 4): .pcm32
      case ("raw ", 1): .pcm8
      case ("fl32", _), ("FL32", _): .float32BigEndian
      case ("fl64", _), ("FL64", _): .float64BigEndian
      case ("ulaw", _), ("ULAW", _): .muLaw
      case ("alaw", _), ("ALAW", _): .aLaw
      default: nil
      }
    guard let coding else {
      throw HeaderFault(
        .unsupportedCoding, field: "COMM", expected: "PCM, float, mu-law or A-law",
        found: "\(Sanitized.token(type)), \(bits) bits")
    }
    return Format(
      coding: coding, channels: try HeaderLimits.channels(chunk[0..<2].bigEndianInteger, field: "channels"),
      rate: try HeaderLimits.rate(chunk[8..<18].bigEndianExtended, field: "sample rate"),
      frames: chunk[2..<6].bigEndianInteger)
  }
}
