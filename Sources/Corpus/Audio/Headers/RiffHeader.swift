import Foundations

/// The parser of RIFF WAVE headers: `fmt ` and `data` among other chunks, odd chunks padded; also of RF64,
/// whose chunk `ds64` has the sizes that do not fit 32 bits.
///
/// Source: EBU Tech 3306, "RF64: An extended file format for audio".
enum RiffHeader {
  /// The maximum number of chunks, which bounds the work on a file of empty chunks.
  private static let maximumChunks = 1024

  struct Format {
    var coding: SampleCoding
    var channels: Int
    var rate: Int
    var frameBytes: Int
  }

  /// Parses a header that starts with `RIFF`, `RF64` or `BW64`.
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
    let is64 = !start.starts(with: Array("RIFF".utf8))
    var wideSize: Int?
    var format: Format?
    var data: DataRegion?
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
      var size = head.count == 8 ? head[4...].littleEndianInteger : 0
      let left = source.byteCount - position - 8
      let isData = head.count == 8 && head[..<4].elementsEqual("data".utf8)
      if isData, is64, size == 0xFFFF_FFFF, let wideSize { size = wideSize }
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
      let isUnsized =
        isData
        ? try self.isUnsized(source, stated: size, riffSize: start[4..<8].littleEndianInteger, at: body)
        : false
      guard size <= left || isUnsized else {
        let field = Sanitized.token(head[..<4])
        throw HeaderFault(.truncated, field: field, expected: "\(size) bytes", found: "\(left)")
      }
      if is64, head[..<4].elementsEqual("ds64".utf8) {
        wideSize = try source.bytes(at: body, count: 16).dropFirst(8).littleEndianInteger
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
        data = DataRegion(offset: body, byteCount: isUnsized ? left : size, isDerived: isUnsized)
        if isUnsized { break }
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
    return data.header(
      is64 ? .rf64 : .riff, format.coding, rate: format.rate, channels: format.channels, field: "data",
      warnings: warnings)
  }

  /// Whether a size of samples is none, so that they go to the end of the file.
  private static func isUnsized(
    _ source: AudioHeader.Source, stated: Int, riffSize: Int, at body: Int
  ) throws(AudioHeader.ReadFailure) -> Bool {
    let left = source.byteCount - body
    if source.isStream { return stated == 0 || HeaderLimits.isPlaceholder(stated) || stated > 0xFFFF_FFFF }
    if stated > left { return HeaderLimits.isPlaceholder(stated) }
    // A size that was never written, or that has lost its upper bits, with more than another chunk behind it.
    if stated == 0, left > 0, riffSize == 0 || riffSize <= body || HeaderLimits.isPlaceholder(riffSize) {
      let next = try source.bytes(at: body, count: 8)
      let isChunk =
        next.count == 8 && next[..<4].allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        && next[4...].littleEndianInteger <= left - 8
      return !isChunk
    }
    guard left > 0xFFFF_FFFF, left > stated + 4096 else { return false }
    return HeaderLimits.isPlaceholder(stated) || (left - stated) % (1 << 32) <= 4096
  }

  static func format(_ chunk: [UInt8], size: Int) throws(HeaderFault) -> Format {
    guard size >= 16, chunk.count >= 16 else {
      throw HeaderFault(.badHeader, field: "fmt", expected: "at least 16 bytes", found: "\(chunk.count)")
    }
    var tag = chunk[0..<2].littleEndianInteger
    let channels = chunk[2..<4].littleEndianInteger
    let rate = chunk[4..<8].littleEndianInteger
    let frameBytes = chunk[12..<14].littleEndianInteger
    let bits = chunk[14..<16].littleEndianInteger
    if tag == 0xFFFE {
      let tail: [UInt8] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
      guard chunk.count >= 40, chunk[16..<18].littleEndianInteger >= 22, chunk[26..<40].elementsEqual(tail)
      else {
        throw HeaderFault(.unsupportedCoding, field: "fmt", expected: "an extensible PCM or float format")
      }
      let valid = chunk[18..<20].littleEndianInteger
      guard valid <= bits else {
        throw HeaderFault(.badHeader, field: "valid bits", expected: "at most \(bits)", found: "\(valid)")
      }
      tag = chunk[24..<26].littleEndianInteger
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
    case (3, 64): coding = .float64
    case (6, 8): coding = .aLaw
    case (7, 8): coding = .muLaw
    default:
      throw HeaderFault(
        .unsupportedCoding, field: "fmt",
        expected: "PCM of 8, 16, 24 or 32 bits, float of 32 or 64, mu-law or A-law",
        found: "format \(tag), \(bits) bits")
    }
    guard frameBytes == channels * coding.bytesPerSample else {
      throw HeaderFault(
        .badHeader, field: "block align", expected: "\(channels * coding.bytesPerSample)",
        found: "\(frameBytes)")
    }
    return Format(coding: coding, channels: channels, rate: rate, frameBytes: frameBytes)
  }

}
