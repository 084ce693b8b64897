import Foundations

/// The parser of Core Audio Format headers: `desc` and `data` among other chunks with 64-bit sizes.
///
/// Source: Apple, "Core Audio Format Specification 1.0".
enum CafHeader {
  private static let maximumChunks = 1024

  /// Parses a header that starts with `caff`.
  static func parse(_ source: AudioHeader.Source) throws -> AudioHeader {
    var format: (coding: SampleCoding, rate: Int, channels: Int)?
    var position = 8
    for _ in 0..<maximumChunks {
      let head = try source.bytes(at: position, count: 12)
      guard head.count == 12 else { break }
      let left = source.byteCount - position - 12
      let body = position + 12
      // −1 is a size that is not known.
      let isUnsized = head[4...].allSatisfy { $0 == 0xFF }
      let size = head[4...].bigEndianInteger
      let isData = head[..<4].elementsEqual("data".utf8)
      guard size <= left || (isData && isUnsized) else {
        throw HeaderFault(
          .truncated, field: Sanitized.token(head[..<4]), expected: "\(size) bytes", found: "\(left)")
      }
      if head[..<4].elementsEqual("desc".utf8) {
        format = try self.format(source.bytes(at: body, count: min(size, 32)))
      } else if isData {
        guard let format else {
          throw HeaderFault(.badHeader, field: "desc", expected: "desc before data", found: "none")
        }
        let used = isUnsized ? left : size
        guard used >= 4 else {
          throw HeaderFault(.badHeader, field: "data", expected: "at least 4 bytes", found: "\(used)")
        }
        return DataRegion(offset: body + 4, byteCount: used - 4, isDerived: isUnsized).header(
          .caf, format.coding, rate: format.rate, channels: format.channels, field: "data", warnings: [])
      }
      position = body + size
    }
    throw HeaderFault(.badHeader, field: "data", expected: "a data chunk", found: "none")
  }

  private static func format(
    _ chunk: [UInt8]
  ) throws(HeaderFault) -> (coding: SampleCoding, rate: Int, channels: Int) {
    guard chunk.count == 32 else {
      throw HeaderFault(.badHeader, field: "desc", expected: "32 bytes", found: "\(chunk.count)")
    }
    let type = String(decoding: chunk[8..<12], as: UTF8.self)
    let flags = chunk[12..<16].bigEndianInteger
    let bits = chunk[28..<32].bigEndianInteger
    let (isFloat, isLittle) = (flags & 1 != 0, flags & 2 != 0)
    let coding: SampleCoding? =
      switch (type, isFloat, bits) {
      case ("lpcm", false, 8): .pcmSigned8
      case ("lpcm", false, 16): isLittle ? .pcm16LittleEndian : .pcm16BigEndian
      case ("lpcm", false, 24): isLittle ? .pcm24 : .pcm24BigEndian
      case ("lpcm", false, 32): isLittle ? .pcm32 : .pcm32BigEndian
      case ("lpcm", true, 32): isLittle ? .float32 : .float32BigEndian
      case ("lpcm", true, 64): isLittle ? .float64 : .float64BigEndian
      case ("ulaw", _, _): .muLaw
      case ("alaw", _, _): .aLaw
      default: nil
      }
    let channels = try HeaderLimits.channels(chunk[24..<28].bigEndianInteger, field: "channels")
    guard let coding, chunk[16..<20].bigEndianInteger == channels * coding.bytesPerSample else {
      throw HeaderFault(
        .unsupportedCoding, field: "desc", expected: "packed PCM, float, mu-law or A-law",
        found: "\(Sanitized.token(type)), \(bits) bits")
    }
    return (coding, try HeaderLimits.rate(chunk[0..<8].bigEndianDouble, field: "sample rate"), channels)
  }
}
