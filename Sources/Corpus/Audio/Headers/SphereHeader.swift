import Foundations

/// The parser of NIST SPHERE headers: `NIST_1A`, the size, `name -type value` lines up to `end_head`,
/// padding.
enum SphereHeader {
  /// Parses a header that starts with `NIST_1A`.
  ///
  /// - Throws: `HeaderFault` or `AudioHeader.ReadFailure`.
  static func parse(_ source: AudioHeader.Source) throws -> AudioHeader {
    let size = try headerSize(source)
    let fields = try Fields(source.bytes(at: 0, count: size))
    var warnings: [AudioHeader.Warning] = []

    let bytesPerSample = try fields.required("sample_n_bytes", isTextAllowed: true)
    let coding = try coding(fields, bytesPerSample: bytesPerSample)
    let rate = try fields.integer("sample_rate", code: .badRate)
    guard let rate, rate > 0, rate <= AudioHeader.maximumRateHertz else {
      throw HeaderFault(
        .badRate, field: "sample_rate", expected: "1 to \(AudioHeader.maximumRateHertz)",
        found: rate.map { "\($0)" } ?? "no field")
    }
    let channels = try fields.required("channel_count")
    guard channels >= 1, channels <= AudioHeader.maximumChannels else {
      throw HeaderFault(
        channels < 1 ? .badHeader : .channels, field: "channel_count",
        expected: "1 to \(AudioHeader.maximumChannels)", found: "\(channels)")
    }
    let available = source.byteCount - size
    let isShortened = try !source.isStream && source.bytes(at: size, count: 4) == Array("ajkg".utf8)
    if isShortened || coding == .shorten16 {
      return try shortened(
        source, fields, isMarked: isShortened, rate: rate, channels: channels, size: size)
    }

    let frameBytes = channels * coding.bytesPerSample
    var count = available / frameBytes
    var used = count * frameBytes
    if let stated = try fields.integer("sample_count", code: .badHeader) {
      guard stated >= 0 else {
        throw HeaderFault(.badHeader, field: "sample_count", expected: "0 or more", found: "\(stated)")
      }
      let (bytes, overflow) = stated.multipliedReportingOverflow(by: frameBytes)
      if channels > 1, stated == available / coding.bytesPerSample, stated % channels == 0 {
        // Some writers give the sum over channels, which the size of the file shows.
        warnings.append(
          .init(code: .countDerived, field: "sample_count", expected: "\(count)", found: "\(stated)"))
      } else {
        guard !overflow, bytes <= available else {
          throw HeaderFault(
            .truncated, field: "sample_count", expected: "\(stated)", found: "\(available / frameBytes)")
        }
        count = stated
        used = bytes
      }
    } else {
      warnings.append(
        .init(code: .countDerived, field: "sample_count", expected: "a field", found: "\(count)"))
    }
    if available > used {
      warnings.append(
        .init(
          code: .trailingData, field: "sample_count", expected: "\(size + used) bytes",
          found: "\(source.byteCount) bytes"))
    }
    let info = AudioInfo(
      container: .sphere, coding: coding, sampleRateHertz: rate, channels: channels, sampleCount: count,
      dataOffset: size)
    return AudioHeader(info: info, warnings: warnings, checksum: try checksum(fields, info))
  }

  /// The stated sum of 16-bit samples; of other codings the decoded samples have another.
  private static func checksum(_ fields: Fields, _ info: AudioInfo) throws(HeaderFault) -> Int? {
    guard info.coding.isInt16, info.coding != .muLaw, info.coding != .aLaw else { return nil }
    return try fields.integer("sample_checksum", code: .badHeader).map { $0 & 0xFFFF }
  }

  /// A header before samples that the program shorten packed.
  private static func shortened(
    _ source: AudioHeader.Source, _ fields: Fields, isMarked: Bool, rate: Int, channels: Int, size: Int
  ) throws -> AudioHeader {
    guard isMarked else {
      if source.isStream {
        throw HeaderFault(
          .unsupportedCoding, field: "sample_coding", expected: "pcm in a stream", found: "embedded shorten")
      }
      throw HeaderFault(.badHeader, field: "sample_coding", expected: "shorten's mark", found: "other bytes")
    }
    let count = try fields.required("sample_count")
    // A block of 2^16 equal samples may take a few bits.
    guard count >= 0, count / 65_536 <= source.byteCount - size else {
      throw HeaderFault(.truncated, field: "sample_count", expected: "\(count)", found: "fewer bytes")
    }
    let info = AudioInfo(
      container: .sphere, coding: .shorten16, sampleRateHertz: rate, channels: channels, sampleCount: count,
      dataOffset: size)
    return AudioHeader(info: info, warnings: [], checksum: try checksum(fields, info))
  }

  /// The size in the second line, a positive multiple of 1024.
  private static func headerSize(_ source: AudioHeader.Source) throws -> Int {
    let start = try source.bytes(at: 0, count: 32)
    guard start.count > 8 else {
      throw HeaderFault(.truncated, field: "header size", expected: "1024 bytes", found: "\(start.count)")
    }
    if start[7] == 0x0D { throw HeaderFault(.crlf, expected: "LF line ends", found: "CRLF") }
    guard start[7] == 0x0A else { throw HeaderFault(.badHeader, expected: "NIST_1A and a line end") }
    guard let end = start[8...].firstIndex(of: 0x0A) else {
      throw HeaderFault(.badHeader, field: "header size", expected: "a number on line 2", found: "none")
    }
    let digits = start[8..<end].drop { $0 == 0x20 }
    guard let size = AudioHeader.integer(digits), size > 0, size % 1024 == 0,
      size <= AudioHeader.maximumHeaderBytes
    else {
      throw HeaderFault(
        .badHeader, field: "header size",
        expected: "a multiple of 1024 up to"
          + " \(AudioHeader.maximumHeaderBytes)",
        found: Sanitized.token(digits))
    }
    guard size <= source.byteCount else {
      throw HeaderFault(
        .truncated, field: "header size", expected: "\(size) bytes", found: "\(source.byteCount)")
    }
    return size
  }

  private static func coding(_ fields: Fields, bytesPerSample: Int) throws -> SampleCoding {
    let name = fields["sample_coding"].map { String(decoding: $0.value, as: UTF8.self) } ?? "pcm"
    switch name {
    case "pcm": break
    case "ulaw", "mu-law", "mulaw", "ULAW", "MU-LAW": return try companded(.muLaw, bytesPerSample)
    case "alaw", "a-law", "ALAW", "A-LAW": return try companded(.aLaw, bytesPerSample)
    case _ where name.hasPrefix("pcm,embedded-shorten"): return .shorten16
    default:
      throw HeaderFault(
        .unsupportedCoding, field: "sample_coding", expected: "pcm, ulaw, alaw or pcm with embedded shorten",
        found: Sanitized.token(name))
    }
    if bytesPerSample == 1 { return .pcmSigned8 }
    guard bytesPerSample == 2 else {
      throw HeaderFault(
        bytesPerSample < 1 ? .badHeader : .unsupportedCoding, field: "sample_n_bytes", expected: "2",
        found: "\(bytesPerSample)")
    }
    guard let order = fields["sample_byte_format"] else {
      throw HeaderFault(.badHeader, field: "sample_byte_format", expected: "01 or 10", found: "no field")
    }
    if let bits = try fields.integer("sample_sig_bits", code: .badHeader), bits < 1 || bits > 16 {
      throw HeaderFault(.badHeader, field: "sample_sig_bits", expected: "1 to 16", found: "\(bits)")
    }
    if order.value == Array("01".utf8) { return .pcm16LittleEndian }
    if order.value == Array("10".utf8) { return .pcm16BigEndian }
    throw HeaderFault(
      .unsupportedCoding, field: "sample_byte_format", expected: "01 or 10",
      found: Sanitized.token(order.value))
  }

  private static func companded(
    _ coding: SampleCoding, _ bytesPerSample: Int
  ) throws(HeaderFault) -> SampleCoding {
    guard bytesPerSample == 1 else {
      throw HeaderFault(.badHeader, field: "sample_n_bytes", expected: "1", found: "\(bytesPerSample)")
    }
    return coding
  }

  /// The `name -type value` lines of a header.
  private struct Fields {
    struct Field {
      var isInteger: Bool
      var value: [UInt8]
    }

    private var byName: [String: Field] = [:]

    subscript(name: String) -> Field? { byName[name] }

    init(_ header: [UInt8]) throws(HeaderFault) {
      var position = 8
      // Skip the rest of line 2, the size.
      while position < header.count, header[position] != 0x0A { position += 1 }
      position += 1
      while position < header.count {
        let end = header[position...].firstIndex(of: 0x0A) ?? header.count
        var line = header[position..<end]
        position = end + 1
        if line.last == 0x0D { throw HeaderFault(.crlf, expected: "LF line ends", found: "CRLF") }
        while line.last == 0x20 { line.removeLast() }
        if line.elementsEqual("end_head".utf8) { return }
        if line.isEmpty || line.first == UInt8(ascii: ";") { continue }
        try add(line)
      }
      throw HeaderFault(.badHeader, field: "end_head", expected: "end_head", found: "none")
    }

    private mutating func add(_ line: ArraySlice<UInt8>) throws(HeaderFault) {
      let parts = line.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3, !parts[0].isEmpty, parts[1].first == UInt8(ascii: "-") else {
        throw HeaderFault(
          .badHeader, field: "header line", expected: "name -type value", found: Sanitized.token(line))
      }
      let name = Sanitized.token(parts[0])
      let type = parts[1].dropFirst()
      var value = parts[2]
      if type.first == UInt8(ascii: "s"), let length = AudioHeader.integer(type.dropFirst()), length >= 0 {
        value = value.prefix(length)
      } else if !type.elementsEqual("i".utf8), !type.elementsEqual("r".utf8) {
        throw HeaderFault(
          .badHeader, field: name, expected: "-i, -r or -sN", found: Sanitized.token(parts[1]))
      }
      let field = Field(isInteger: type.first == UInt8(ascii: "i"), value: Array(value))
      guard byName.updateValue(field, forKey: name) == nil else {
        throw HeaderFault(.duplicateField, field: name, expected: "once", found: "twice")
      }
    }

    /// The value of an integer field; nil if there is no such field.
    ///
    /// - Parameter isTextAllowed: whether the number may be a text, as libsndfile writes one.
    func integer(
      _ name: String, code: FindingCode, isTextAllowed: Bool = false
    ) throws(HeaderFault) -> Int? {
      guard let field = byName[name] else { return nil }
      guard field.isInteger || isTextAllowed, let value = AudioHeader.integer(field.value) else {
        throw HeaderFault(code, field: name, expected: "an integer", found: Sanitized.token(field.value))
      }
      return value
    }

    func required(_ name: String, isTextAllowed: Bool = false) throws(HeaderFault) -> Int {
      guard let value = try integer(name, code: .badHeader, isTextAllowed: isTextAllowed) else {
        throw HeaderFault(.badHeader, field: name, expected: "an integer", found: "no field")
      }
      return value
    }
  }
}
