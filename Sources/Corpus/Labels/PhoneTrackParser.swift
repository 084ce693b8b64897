package import DataManifests
import Foundations

/// The context in which a label file is checked.
package struct LabelContext: Sendable {
  /// The path in findings.
  package var path: String
  package var utterance: String?
  /// The number of samples of the audio.
  package var sampleCount: Int
  package var sampleRateHertz: Int
  /// How far a label may extend past the audio, to be clipped: one frame shift.
  package var clippingSamples: Int
  /// The names by which a file of several utterances may list this one.
  package var names: [String]
  /// The first sample of the utterance in the recording that the labels are of; nil if they are of the
  /// utterance.
  package var segmentStart: Int?
  package var options: LabelOptions

  package init(
    path: String, utterance: String? = nil, sampleCount: Int, sampleRateHertz: Int = 16_000,
    clippingSamples: Int = 160, names: [String] = [], segmentStart: Int? = nil,
    options: LabelOptions = LabelOptions()
  ) {
    self.path = path
    self.utterance = utterance
    self.sampleCount = sampleCount
    self.sampleRateHertz = sampleRateHertz
    self.clippingSamples = clippingSamples
    self.names = names
    self.segmentStart = segmentStart
    self.options = options
  }

  func finding(
    _ severity: Finding.Severity, _ code: FindingCode, field: String? = nil, line: Int? = nil,
    expected: String? = nil, found: String? = nil
  ) -> Finding {
    Finding(
      severity, code, path: path, field: field, line: line, expected: expected, found: found,
      utterance: utterance)
  }

  func rejection(_ fault: LabelFault) -> CorpusError {
    .rejected(
      finding(.reject, fault.code, line: fault.line, expected: fault.expected, found: fault.found))
  }

  func warning(_ fault: LabelFault) -> Finding {
    finding(.warning, fault.code, line: fault.line, expected: fault.expected, found: fault.found)
  }

  /// The request for a format's numbers, `unit` being the format's own.
  func request(_ format: (any LabelFormat)?) -> LabelRequest {
    let unit = format.map { $0.fixesUnit ? $0.unit : options.unit ?? $0.unit }
    return LabelRequest(
      names: names, tier: options.tier, unit: unit ?? options.unit ?? .samples, frameShift: clippingSamples,
      sampleRateHertz: sampleRateHertz)
  }

  /// Labels that leave more of the audio than this are warned of: a quarter of it, and a quarter of a second.
  ///
  /// TIMIT's own files leave less.
  var longestTail: Int { max(sampleCount / 4, sampleRateHertz / 4) }

  /// The unit in which labels that end at `end` would fit the audio, within 2 %; nil if none would.
  func fittingUnit(ofEnd end: Int) -> String? {
    let candidates: [(samplesPerTick: Double, name: String)] = [
      (2, "samples at half the rate"), (3, "samples at a third of the rate"),
      (0.5, "samples at twice the rate"),
      (Double(sampleRateHertz) / 1000, LabelUnit.milliseconds.rawValue),
      (Double(clippingSamples), LabelUnit.frames.rawValue),
      (Double(sampleRateHertz) / 1e7, LabelUnit.hundredNanoseconds.rawValue),
      (Double(sampleRateHertz), LabelUnit.seconds.rawValue),
    ]
    return candidates.first {
      abs(Double(end) * $0.samplesPerTick - Double(sampleCount)) <= 0.02 * Double(sampleCount)
    }?.name
  }

  /// An end of labels in a finding, with the unit in which it would fit.
  func describe(end: Int) -> String {
    fittingUnit(ofEnd: end).map { "\(end), as if in \($0)" } ?? "\(end)"
  }
}

extension PhoneTrack {
  /// Checks labels that are parsed already, as ``parse(_:format:phones:context:)`` does.
  package static func check(
    _ entries: [LabelEntry], phones: PhoneSet, context: LabelContext
  ) throws(CorpusError) -> (track: PhoneTrack, warnings: [Finding]) {
    var checker = LabelChecker(phones: phones, context: context)
    return try checker.check(LabelEntries(entries: entries))
  }

  /// Parses and checks a label file; harmless irregularities are returned as warnings.
  ///
  /// Accepted silently: a first start other than 0, a last end a little before that of the audio, CRLF, blank
  /// lines, a single label of any length. Accepted with a warning: an end at most `clippingSamples` past the
  /// audio (clipped), an empty label (dropped), a gap, phones in another case of letters, a byte order mark,
  /// UTF-16 where it is not usual, a symbol outside the phone set (unlabeled), a last end far before that of
  /// the audio.
  ///
  /// - Parameter format: nil for that of the context's options or of the path.
  /// - Throws: `rejected` for all other faults.
  package static func parse(
    _ bytes: UnsafeRawBufferPointer, format: (any LabelFormat)? = nil, phones: PhoneSet,
    context: LabelContext
  ) throws(CorpusError) -> (track: PhoneTrack, warnings: [Finding]) {
    var checker = LabelChecker(phones: phones, context: context)
    let content = try LabelEntries(bytes, format: format, context: context) { code, texts in
      checker.warn(code, expected: texts?.expected, found: texts?.found)
    }
    return try checker.check(content)
  }
}

extension LabelEntries {
  /// Parses a label file up to its end or its first fault.
  ///
  /// - Parameter warn: called with what is odd about its encoding.
  /// - Throws: `rejected` for bytes that are no text.
  init(
    _ bytes: UnsafeRawBufferPointer, format: (any LabelFormat)?, context: LabelContext,
    warn: (_ code: FindingCode, _ texts: (expected: String, found: String)?) -> Void
  ) throws(CorpusError) {
    let text: LabelText
    do throws(LabelFault) { text = try LabelText(bytes) } catch { throw context.rejection(error) }
    self = text.bytes.withUnsafeBytes { buffer in
      let format =
        format ?? LabelFormats.format(of: context.path, text: buffer, named: context.options.format)
      if text.hasByteOrderMark { warn(.bom, nil) }
      if text.isUTF16, !format.isOftenUTF16 { warn(.encoding, ("UTF-8", "UTF-16")) }
      return format.labels(buffer, context.request(format))
    }
  }
}

/// A check of labels in the order of their file.
private struct LabelChecker {
  let phones: PhoneSet
  let context: LabelContext
  private var warnings: [Finding] = []
  private var intervals: [PhoneTrack.Interval] = []
  private var previousEnd: Int?
  private var isCaseNoted = false
  private var unknown: [(symbol: String, line: Int, count: Int)] = []

  init(phones: PhoneSet, context: LabelContext) {
    self.phones = phones
    self.context = context
  }

  mutating func warn(
    _ code: FindingCode, field: String? = nil, line: Int? = nil, expected: String? = nil,
    found: String? = nil
  ) {
    warnings.append(
      context.finding(.warning, code, field: field, line: line, expected: expected, found: found))
  }

  private func reject(
    _ code: FindingCode, _ line: Int?, _ expected: String, _ found: String
  ) -> CorpusError {
    context.rejection(LabelFault(code: code, line: line, expected: expected, found: found))
  }

  mutating func check(_ content: LabelEntries) throws(CorpusError) -> (track: PhoneTrack, warnings: [Finding])
  {
    intervals.reserveCapacity(content.entries.count)
    for entry in content.entries { try add(entry, blank: content.blank) }
    if let fault = content.fault { throw context.rejection(fault) }
    for (symbol, line, count) in unknown {
      warn(
        .unknownPhone, field: symbol, line: line, expected: "a phone of \(phones.name)",
        found: "\(count) \(count == 1 ? "label" : "labels")")
    }
    guard !intervals.isEmpty else {
      if let first = unknown.first {
        throw reject(.unknownPhone, first.line, expectedPhone, first.symbol)
      }
      throw reject(.labelEmpty, nil, "labels", content.entries.isEmpty ? "none" : "none with a length")
    }
    let end = min(previousEnd ?? 0, context.sampleCount)
    if context.sampleCount - end > context.longestTail {
      warn(
        .labelEnd, expected: "labels to about \(context.sampleCount)",
        found: "a last label that ends at \(context.describe(end: end))")
    }
    return (PhoneTrack(intervals: intervals, end: end), warnings)
  }

  private mutating func add(_ entry: LabelEntry, blank: String?) throws(CorpusError) {
    guard var start = entry.start.sample(rate: context.sampleRateHertz),
      var entryEnd = entry.end.sample(rate: context.sampleRateHertz)
    else { throw reject(.labelRange, entry.line, "an end of at most \(context.sampleCount)", "another") }
    if let first = context.segmentStart {
      // Labels of the rest of the recording are not this utterance's.
      guard entryEnd > first, start - first < context.sampleCount else { return }
      start = max(0, start - first)
      entryEnd = min(entryEnd - first, context.sampleCount)
    }
    let phone = try self.phone(entry, blank: blank)
    guard start >= 0 else { throw reject(.labelRange, entry.line, "0 or more", "\(start)") }
    guard entryEnd >= start else {
      throw reject(.labelRange, entry.line, "an end of at least \(start)", "\(entryEnd)")
    }
    if entryEnd - context.sampleCount > context.clippingSamples {
      throw reject(
        .labelRange, entry.line, "an end of at most \(context.sampleCount)", context.describe(end: entryEnd))
    }
    if let previousEnd {
      guard start >= previousEnd else {
        throw reject(.labelOverlap, entry.line, "a start of at least \(previousEnd)", "\(start)")
      }
      if start > previousEnd {
        warn(.labelGap, line: entry.line, expected: "a start of \(previousEnd)", found: "\(start)")
      }
    }
    previousEnd = entryEnd
    if entryEnd == start {
      warn(.labelEmpty, line: entry.line, expected: "an end past \(start)", found: "\(entryEnd)")
      return
    }
    let end = min(entryEnd, context.sampleCount)
    if end < entryEnd {
      warn(.labelClipped, line: entry.line, expected: "an end of at most \(end)", found: "\(entryEnd)")
    }
    guard end > start else { return }
    if let phone { intervals.append(PhoneTrack.Interval(start: start, end: end, phone: UInt16(phone))) }
  }

  private var expectedPhone: String { "one of the \(phones.phones.count) phones of \(phones.name)" }

  /// The index of an entry's symbol; nil if it is outside the set and unlabeled.
  private mutating func phone(_ entry: LabelEntry, blank: String?) throws(CorpusError) -> Int? {
    if entry.symbol == blank { return phones.silence }
    if let index = phones.phone(entry.symbol) ?? phones.silence(named: entry.symbol) { return index }
    if let index = phones.phone(ignoringCaseOf: entry.symbol) {
      if !isCaseNoted {
        isCaseNoted = true
        warn(
          .letterCase, line: entry.line, expected: phones.phones[index],
          found: Sanitized.symbol(entry.symbol))
      }
      return index
    }
    guard context.options.unknownPhone == .unlabeled else {
      throw reject(
        .unknownPhone, entry.line, expectedPhone, Sanitized.symbol(entry.symbol))
    }
    let symbol = Sanitized.symbol(entry.symbol)
    if let known = unknown.firstIndex(where: { $0.symbol == symbol }) {
      unknown[known].count += 1
    } else {
      unknown.append((symbol, entry.line, 1))
    }
    return nil
  }
}
