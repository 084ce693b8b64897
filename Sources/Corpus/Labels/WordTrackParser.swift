import Foundations

extension WordTrack {
  /// Parses a `.WRD` file; nil with a warning if it is faulty, which does not affect the rest of the
  /// utterance.
  ///
  /// Words may overlap and have gaps. A word that ends past the audio is clipped with a warning.
  package static func parse(
    _ bytes: UnsafeRawBufferPointer, context: LabelContext
  ) -> (track: WordTrack?, warnings: [Finding]) {
    let text: LabelText
    do throws(LabelFault) { text = try LabelText(bytes) } catch {
      return (nil, [context.warning(error)])
    }
    var intervals: [Interval] = []
    var warnings: [Finding] = text.hasByteOrderMark ? [context.finding(.warning, .bom)] : []
    let fault = text.bytes.withUnsafeBytes { buffer -> LabelFault? in
      var lines = LabelLines(buffer, context.request(nil))
      do throws(LabelFault) {
        while let line = try lines.next() {
          let start = line.start.sample(rate: context.sampleRateHertz) ?? -1
          let stop = line.end.sample(rate: context.sampleRateHertz) ?? -1
          guard start >= 0, stop >= start, start <= context.sampleCount else {
            throw LabelFault(
              code: .labelRange, line: line.number, expected: "samples of 0 to \(context.sampleCount)",
              found: "\(start) to \(stop)")
          }
          let word = try LabelFault.symbol(line.symbol, line: line.number)
          let end = min(stop, context.sampleCount)
          if end < stop {
            warnings.append(
              context.finding(
                .warning, .labelClipped, line: line.number, expected: "an end of at most \(end)",
                found: "\(stop)"))
          }
          intervals.append(Interval(start: start, end: end, word: word))
        }
        return nil
      } catch {
        return error
      }
    }
    if let fault { return (nil, warnings + [context.warning(fault)]) }
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
