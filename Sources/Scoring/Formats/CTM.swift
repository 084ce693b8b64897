/// A CTM file: one timed word a line, `file channel start duration word [confidence]`, in seconds.
///
/// Strict: times are decimal numbers without sign or exponent, confidences are 0 ... 1, starts do not
/// decrease within a file and channel, and alternations are refused. Blank lines and `;;` comments are
/// skipped.
///
/// Source: NIST SCTK, sclite, time marked conversation file.
package struct CTM: Sendable, Equatable {
  /// One line.
  package struct Word: Sendable, Equatable {
    package var file: String
    package var channel: String
    package var startSeconds: Double
    package var durationSeconds: Double
    package var text: String
    package var confidence: Double?

    package init(
      file: String, channel: String, startSeconds: Double, durationSeconds: Double, text: String,
      confidence: Double? = nil
    ) {
      self.file = file
      self.channel = channel
      self.startSeconds = startSeconds
      self.durationSeconds = durationSeconds
      self.text = text
      self.confidence = confidence
    }
  }

  package var words: [Word]

  package init(words: [Word]) { self.words = words }

  /// Reads a file's bytes.
  ///
  /// - Throws: ``ScoringError/notUTF8(format:)``, ``ScoringError/malformedLine(format:line:problem:)``.
  package init(bytes: [UInt8]) throws(ScoringError) {
    try self.init(parsing: TranscriptText.text(of: bytes, format: .ctm))
  }

  /// Reads a file's text.
  ///
  /// - Throws: ``ScoringError/malformedLine(format:line:problem:)``.
  package init(parsing text: String) throws(ScoringError) {
    words = []
    var lastStart: [FileChannel: Double] = [:]
    for line in try TranscriptText(format: .ctm).lines(of: text) {
      let word = try Self.word(line)
      let key = FileChannel(file: word.file, channel: word.channel)
      if let last = lastStart.updateValue(word.startSeconds, forKey: key), last > word.startSeconds {
        throw .malformedLine(format: .ctm, line: line.number, problem: .unordered(.start))
      }
      words.append(word)
    }
  }

  private static func word(_ line: TranscriptText.Line) throws(ScoringError) -> Word {
    func refusal(_ problem: LineProblem) -> ScoringError {
      .malformedLine(format: .ctm, line: line.number, problem: problem)
    }
    let fields = line.fields
    let names: [TranscriptField] = [.file, .channel, .start, .duration, .word]
    guard fields.count >= names.count else { throw refusal(.missing(names[fields.count])) }
    guard TranscriptText.isPlainWord(fields[4]) else { throw refusal(.alternation) }
    guard let start = TranscriptText.number(fields[2]) else {
      throw refusal(.invalid(.start, found: String(fields[2])))
    }
    guard let duration = TranscriptText.number(fields[3]) else {
      throw refusal(.invalid(.duration, found: String(fields[3])))
    }
    var confidence: Double?
    if fields.count > 5 {
      guard let number = TranscriptText.number(fields[5]), number <= 1 else {
        throw refusal(.invalid(.confidence, found: String(fields[5])))
      }
      confidence = number
    }
    guard fields.count <= 6 else { throw refusal(.trailing(found: String(fields[6]))) }
    return Word(
      file: String(fields[0]), channel: String(fields[1]), startSeconds: start, durationSeconds: duration,
      text: String(fields[4]), confidence: confidence)
  }

  /// The text of the file, with times rounded to `decimals` decimals, at most 9.
  ///
  /// - Throws: ``ScoringError/unwritable(format:field:found:)`` for values that would be read differently,
  ///   and for starts that decrease within a file and channel.
  package func text(decimals: Int = 4) throws(ScoringError) -> String {
    precondition((0...9).contains(decimals), "decimals of a time")
    var text = ""
    var lastStart: [FileChannel: Double] = [:]
    for word in words {
      func refusal(_ field: TranscriptField, _ found: String) -> ScoringError {
        .unwritable(format: .ctm, field: field, found: found)
      }
      guard TranscriptText.isField(word.file), !word.file.utf8.starts(with: ";;".utf8) else {
        throw refusal(.file, word.file)
      }
      guard TranscriptText.isField(word.channel) else { throw refusal(.channel, word.channel) }
      guard let start = TranscriptText.fixed(word.startSeconds, decimals: decimals) else {
        throw refusal(.start, "\(word.startSeconds)")
      }
      guard let duration = TranscriptText.fixed(word.durationSeconds, decimals: decimals) else {
        throw refusal(.duration, "\(word.durationSeconds)")
      }
      guard TranscriptText.isField(word.text), TranscriptText.isPlainWord(word.text) else {
        throw refusal(.word, word.text)
      }
      let key = FileChannel(file: word.file, channel: word.channel)
      if let last = lastStart.updateValue(word.startSeconds, forKey: key), last > word.startSeconds {
        throw refusal(.start, start)
      }
      text += "\(word.file) \(word.channel) \(start) \(duration) \(word.text)"
      if let confidence = word.confidence {
        guard confidence <= 1, let number = TranscriptText.fixed(confidence, decimals: 6) else {
          throw refusal(.confidence, "\(confidence)")
        }
        text += " \(number)"
      }
      text += "\n"
    }
    return text
  }
}

/// The scope in which times increase.
struct FileChannel: Hashable {
  var file: String
  var channel: String
}
