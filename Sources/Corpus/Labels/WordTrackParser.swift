import Foundations

extension WordTrack {
  /// Parses a `.WRD` file; nil with a warning if it is faulty, which does not affect the rest of the
  /// utterance.
  ///
  /// Words may overlap and have gaps. A word that ends past the audio is clipped with a warning.
  package static func parse(
    _ bytes: UnsafeRawBufferPointer, context: LabelContext
  ) -> (track: WordTrack?, warnings: [Finding]) {
    var intervals: [Interval] = []
    var warnings: [Finding] = []
    var lines = LabelLines(bytes)
    if lines.hasByteOrderMark { warnings.append(context.finding(.warning, .bom)) }
    do throws(LabelLines.Fault) {
      while let line = try lines.next() {
        guard line.start >= 0, line.end >= line.start, line.start <= context.sampleCount else {
          warnings.append(
            context.finding(
              .warning, .labelRange, line: line.number, expected: "samples of 0 to \(context.sampleCount)",
              found: "\(line.start) to \(line.end)"))
          return (nil, warnings)
        }
        guard let word = String(validating: line.symbol, as: UTF8.self) else {
          warnings.append(
            context.finding(
              .warning, .encoding, line: line.number, expected: "UTF-8", found: Sanitized.token(line.symbol)))
          return (nil, warnings)
        }
        let end = min(line.end, context.sampleCount)
        if end < line.end {
          warnings.append(
            context.finding(
              .warning, .labelClipped, line: line.number, expected: "an end of at most \(end)",
              found: "\(line.end)"))
        }
        intervals.append(Interval(start: line.start, end: end, word: word))
      }
    } catch {
      warnings.append(
        context.finding(
          .warning, error.code, line: error.line, expected: error.expected, found: error.found))
      return (nil, warnings)
    }
    return (WordTrack(intervals: intervals), warnings)
  }
}

/// The sentence of a `.TXT` file.
package enum Transcript {
  /// Parses `0 nsamples sentence`, or only a sentence; nil with a warning if it is not UTF-8.
  ///
  /// The two numbers are not compared with the audio: in TIMIT they differ from it.
  package static func parse(
    _ bytes: UnsafeRawBufferPointer, context: LabelContext
  ) -> (sentence: String?, warnings: [Finding]) {
    var content = Slice(base: bytes, bounds: 0..<bytes.count)
    var warnings: [Finding] = []
    if content.starts(with: [0xEF, 0xBB, 0xBF]) {
      content = content.dropFirst(3)
      warnings.append(context.finding(.warning, .bom))
    }
    guard let text = String(validating: content, as: UTF8.self) else {
      warnings.append(context.finding(.warning, .encoding, expected: "UTF-8", found: "other bytes"))
      return (nil, warnings)
    }
    var words = text.split(whereSeparator: \.isWhitespace)[...]
    let numbers = words.prefix(2)
    if numbers.count == 2, numbers.allSatisfy({ Int($0) != nil }) { words = words.dropFirst(2) }
    return (words.isEmpty ? nil : words.joined(separator: " "), warnings)
  }
}
