import Foundations

/// The parser of RIFF WAVE headers: `fmt ` and `data` among other chunks, odd chunks padded.
enum RiffHeader {
  /// The maximum number of chunks, which bounds the work on a file of empty chunks.
  private static let maximumChunks = 1024

  private struct Format {
    var coding: SampleCoding
    var channels: Int
    var rate: Int
    var frameBytes: Int
  }

  /// Parses a header that starts with `RIFF`.
  ///
  /// - Throws: `HeaderFault` or `AudioHeader.ReadFailure`.
  static func parse(_ source: AudioHeader.Source) throws -> AudioHeader {
    let start = try source.bytes(at: 0, count: 12)
    guard start.count == 12 else {
      throw HeaderFault(.truncated, field: "RIFF", expected: "12 bytes", found: "\(start.count)")
    }
    guard start[8...].elementsEqual("WAVE".utf8) else {
      throw HeaderFault(.unknownFormat, expected: "RIFF WAVE", found: "RIFF of another kind")
    }
    var format: Format?
    var data: (offset: Int, byteCount: Int)?
    var warnings: [AudioHeader.Warning] = []
    var position = 12
    var chunks = 0
    while position < source.byteCount {
      let head = try source.bytes(at: position, count: 8)
      chunks += 1
      guard chunks <= maximumChunks else {
        throw HeaderFault(.badHeader, field: "chunks", expected: "at most \(maximumChunks)", found: "more")
      }
      let readable = head.count == 8 && head[..<4].allSatisfy { $0 >= 0x20 && $0 < 0x7F }
      let size = head.count == 8 ? integer(head[4...]) : 0
      let left = source.byteCount - position - 8
      if data != nil, !readable || size > left {
        // Trailing data after the samples.
        warnings.append(
          .init(
            code: .trailingData, field: "data", expected: "\(position) bytes",
            found: "\(source.byteCount) bytes"))
        break
      }
      guard readable else {
        throw HeaderFault(.badHeader, field: "chunks", expected: "a chunk", found: "other bytes")
      }
      let body = position + 8
      let isData = head[..<4].elementsEqual("data".utf8)
      // Writers that cannot seek write 0, 2³² − 1, or 2³¹ − 1 minus the size of the header.
      let isUnsized =
        isData
        && (source.isStream ? size == 0 || size >= 0x7FFF_FF00 : size == 0xFFFF_FFFF && size > left)
      guard size <= left || isUnsized else {
        let field = Sanitized.token(head[..<4])
        throw HeaderFault(.truncated, field: field, expected: "\(size) bytes", found: "\(left)")
      }
      if head[..<4].elementsEqual("fmt ".utf8) {
        guard format == nil else {
          throw HeaderFault(.duplicateField, field: "fmt", expected: "one chunk", found: "two")
        }
        format = try self.format(source.bytes(at: body, count: min(size, 40)), size: size)
      } else if isData {
        guard data == nil else {
          throw HeaderFault(.duplicateField, field: "data", expected: "one chunk", found: "two")
        }
        guard format != nil else {
          throw HeaderFault(.badHeader, field: "fmt", expected: "fmt before data", found: "none")
        }
        if isUnsized {
          data = (body, left)
          warnings.append(
            .init(code: .countDerived, field: "data", expected: "a size", found: "\(left) bytes"))
          break
        }
        data = (body, size)
        if source.isStream { break }
      }
      position = body + size + (size & 1)
    }
    guard let format else {
      throw HeaderFault(.badHeader, field: "fmt", expected: "a fmt chunk", found: "none")
    }
    guard let data else {
      throw HeaderFault(.badHeader, field: "data", expected: "a data chunk", found: "none")
    }
    if data.byteCount % format.frameBytes != 0 {
      warnings.append(
        .init(
          code: .trailingData, field: "data", expected: "a multiple of \(format.frameBytes)",
          found: "\(data.byteCount)"))
    }
    let info = AudioInfo(
      container: .riff, coding: format.coding, sampleRateHertz: format.rate, channels: format.channels,
      sampleCount: data.byteCount / format.frameBytes, dataOffset: data.offset)
    return AudioHeader(info: info, warnings: warnings)
  }

  private static func format(_ chunk: [UInt8], size: Int) throws(HeaderFault) -> Format {
    guard size >= 16, chunk.count >= 16 else {
      throw HeaderFault(.badHeader, field: "fmt", expected: "at least 16 bytes", found: "\(chunk.count)")
    }
    var tag = integer(chunk[0..<2])
    let channels = integer(chunk[2..<4])
    let rate = integer(chunk[4..<8])
    let frameBytes = integer(chunk[12..<14])
    let bits = integer(chunk[14..<16])
    if tag == 0xFFFE {
      let tail: [UInt8] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
      guard chunk.count >= 40, integer(chunk[16..<18]) >= 22, chunk[26..<40].elementsEqual(tail) else {
        throw HeaderFault(.unsupportedCoding, field: "fmt", expected: "an extensible PCM or float format")
      }
      let valid = integer(chunk[18..<20])
      guard valid <= bits else {
        throw HeaderFault(.badHeader, field: "valid bits", expected: "at most \(bits)", found: "\(valid)")
      }
      tag = integer(chunk[24..<26])
    }
    guard channels >= 1, channels <= AudioHeader.maximumChannels else {
      throw HeaderFault(
        .channels, field: "channels", expected: "1 to \(AudioHeader.maximumChannels)", found: "\(channels)")
    }
    guard rate >= 1, rate <= AudioHeader.maximumRateHertz else {
      throw HeaderFault(
        .badRate, field: "sample rate", expected: "1 to \(AudioHeader.maximumRateHertz)", found: "\(rate)")
    }
    let coding: SampleCoding
    switch (tag, bits) {
    case (1, 8): coding = .pcm8
    case (1, 16): coding = .pcm16LittleEndian
    case (1, 24): coding = .pcm24
    case (1, 32): coding = .pcm32
    case (3, 32): coding = .float32
    default:
      throw HeaderFault(
        .unsupportedCoding, field: "fmt", expected: "PCM of 8, 16, 24 or 32 bits, or float of 32",
        found: "format \(tag), \(bits) bits")
    }
    guard frameBytes == channels * coding.bytesPerSample else {
      throw HeaderFault(
        .badHeader, field: "block align", expected: "\(channels * coding.bytesPerSample)",
        found: "\(frameBytes)")
    }
    return Format(coding: coding, channels: channels, rate: rate, frameBytes: frameBytes)
  }

  /// An unsigned little-endian integer of at most 4 bytes.
  private static func integer(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
