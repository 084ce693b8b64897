package import DataManifests
import Foundations

/// The context in which a label file is checked.
package struct LabelContext: Sendable {
  /// The path in findings.
  package var path: String
  package var utterance: String?
  /// The number of samples of the audio.
  package var sampleCount: Int
  /// How far a label may extend past the audio, to be clipped: one frame shift.
  package var clippingSamples: Int

  package init(path: String, utterance: String? = nil, sampleCount: Int, clippingSamples: Int = 160) {
    self.path = path
    self.utterance = utterance
    self.sampleCount = sampleCount
    self.clippingSamples = clippingSamples
  }

  func finding(
    _ severity: Finding.Severity, _ code: FindingCode, line: Int? = nil, expected: String? = nil,
    found: String? = nil
  ) -> Finding {
    Finding(
      severity, code, path: path, line: line, expected: expected, found: found, utterance: utterance)
  }
}

extension PhoneTrack {
  /// Parses and checks a `.PHN` file; harmless irregularities are returned as warnings.
  ///
  /// Accepted silently: a first start other than 0, a last end before that of the audio, CRLF, blank lines, a
  /// single label of any length. Accepted with a warning: an end at most `clippingSamples` past the audio
  /// (clipped), an empty label (dropped), a gap, phones in upper case, a byte order mark.
  ///
  /// - Throws: `rejected` for all other faults.
  package static func parse(
    _ bytes: UnsafeRawBufferPointer, phones: PhoneSet, context: LabelContext
  ) throws(CorpusError) -> (track: PhoneTrack, warnings: [Finding]) {
    var intervals: [Interval] = []
    intervals.reserveCapacity(min(bytes.count / 8, 4096))
    var warnings: [Finding] = []
    var lines = LabelLines(bytes)
    if lines.hasByteOrderMark { warnings.append(context.finding(.warning, .bom)) }
    var previousEnd: Int?
    var isCaseNoted = false
    var lineCount = 0
    func reject(_ code: FindingCode, _ line: Int?, _ expected: String, _ found: String) -> CorpusError {
      .rejected(context.finding(.reject, code, line: line, expected: expected, found: found))
    }
    while true {
      let next: LabelLines.Line?
      do throws(LabelLines.Fault) { next = try lines.next() } catch {
        throw reject(error.code, error.line, error.expected, error.found)
      }
      guard let line = next else { break }
      lineCount += 1
      let phone: Int
      if let index = phones.phone(line.symbol) {
        phone = index
      } else if let index = phones.phone(String(decoding: line.symbol, as: UTF8.self).lowercased()) {
        phone = index
        if !isCaseNoted {
          isCaseNoted = true
          warnings.append(
            context.finding(
              .warning, .letterCase, line: line.number, expected: phones.symbols(.phones61)[index],
              found: Sanitized.token(line.symbol)))
        }
      } else if line.symbol.contains(where: { $0 >= 0x80 }) {
        throw reject(.encoding, line.number, "a phone in ASCII", Sanitized.token(line.symbol))
      } else {
        throw reject(.unknownPhone, line.number, "one of 61 phones", Sanitized.token(line.symbol))
      }
      guard line.start >= 0 else { throw reject(.labelRange, line.number, "0 or more", "\(line.start)") }
      guard line.end >= line.start else {
        throw reject(.labelRange, line.number, "an end of at least \(line.start)", "\(line.end)")
      }
      if line.end - context.sampleCount > context.clippingSamples {
        throw reject(.labelRange, line.number, "an end of at most \(context.sampleCount)", "\(line.end)")
      }
      if let previousEnd {
        guard line.start >= previousEnd else {
          throw reject(.labelOverlap, line.number, "a start of at least \(previousEnd)", "\(line.start)")
        }
        if line.start > previousEnd {
          warnings.append(
            context.finding(
              .warning, .labelGap, line: line.number, expected: "a start of \(previousEnd)",
              found: "\(line.start)"))
        }
      }
      previousEnd = line.end
      if line.end == line.start {
        warnings.append(
          context.finding(
            .warning, .labelEmpty, line: line.number, expected: "an end past \(line.start)",
            found: "\(line.end)"))
        continue
      }
      let end = min(line.end, context.sampleCount)
      if end < line.end {
        warnings.append(
          context.finding(
            .warning, .labelClipped, line: line.number, expected: "an end of at most \(end)",
            found: "\(line.end)"))
      }
      if end > line.start {
        intervals.append(Interval(start: line.start, end: end, phone: UInt8(phone)))
      }
    }
    guard !intervals.isEmpty else {
      throw reject(.labelEmpty, nil, "labels", lineCount == 0 ? "none" : "none with a length")
    }
    return (PhoneTrack(intervals: intervals), warnings)
  }
}
