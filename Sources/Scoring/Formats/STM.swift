/// An STM file: one timed segment a line, `file channel speaker begin end [<label,...>] word ...`, in
/// seconds.
///
/// Strict: times are decimal numbers without sign or exponent, begin ≤ end, begins do not decrease within a
/// file and channel, and alternations are refused. Words in parentheses are optional. A segment without words
/// is silence. Blank lines and `;;` comments are skipped.
///
/// Source: NIST SCTK, sclite, segment time mark file.
package struct STM: Sendable, Equatable {
  /// One line.
  package struct Segment: Sendable, Equatable {
    package var file: String
    package var channel: String
    package var speaker: String
    package var beginSeconds: Double
    package var endSeconds: Double

    /// Subset labels, `<o,f0,male>`; empty if there are none.
    package var labels: [String]

    package var words: [TranscriptWord]

    package init(
      file: String, channel: String, speaker: String, beginSeconds: Double, endSeconds: Double,
      labels: [String] = [], words: [TranscriptWord]
    ) {
      self.file = file
      self.channel = channel
      self.speaker = speaker
      self.beginSeconds = beginSeconds
      self.endSeconds = endSeconds
      self.labels = labels
      self.words = words
    }
  }

  package var segments: [Segment]

  package init(segments: [Segment]) { self.segments = segments }

  /// Reads a file's bytes.
  ///
  /// - Throws: ``ScoringError/notUTF8(format:)``, ``ScoringError/malformedLine(format:line:problem:)``.
  package init(bytes: [UInt8]) throws(ScoringError) {
    try self.init(parsing: TranscriptText.text(of: bytes, format: .stm))
  }

  /// Reads a file's text.
  ///
  /// - Throws: ``ScoringError/malformedLine(format:line:problem:)``.
  package init(parsing text: String) throws(ScoringError) {
    segments = []
    var lastBegin: [FileChannel: Double] = [:]
    for line in try TranscriptText(format: .stm).lines(of: text) {
      let segment = try Self.segment(line)
      let key = FileChannel(file: segment.file, channel: segment.channel)
      if let last = lastBegin.updateValue(segment.beginSeconds, forKey: key), last > segment.beginSeconds {
        throw .malformedLine(format: .stm, line: line.number, problem: .unordered(.start))
      }
      segments.append(segment)
    }
  }

  private static func segment(_ line: TranscriptText.Line) throws(ScoringError) -> Segment {
    func refusal(_ problem: LineProblem) -> ScoringError {
      .malformedLine(format: .stm, line: line.number, problem: problem)
    }
    let fields = line.fields
    let names: [TranscriptField] = [.file, .channel, .speaker, .start, .end]
    guard fields.count >= names.count else { throw refusal(.missing(names[fields.count])) }
    guard let begin = TranscriptText.number(fields[3]) else {
      throw refusal(.invalid(.start, found: String(fields[3])))
    }
    guard let end = TranscriptText.number(fields[4]), end >= begin else {
      throw refusal(.invalid(.end, found: String(fields[4])))
    }
    var rest = fields.dropFirst(5)
    var labels: [String] = []
    if let first = rest.first, first.first == "<", first.last == ">", first.utf8.count > 1 {
      labels = try Self.labels(String(first.dropFirst().dropLast()), refusal)
      rest = rest.dropFirst()
    }
    var words: [TranscriptWord] = []
    for field in rest {
      let isOptional = field.utf8.count > 2 && field.first == "(" && field.last == ")"
      let word = isOptional ? field.dropFirst().dropLast() : field
      guard TranscriptText.isPlainWord(word) else { throw refusal(.alternation) }
      guard !word.contains(where: { $0 == "(" || $0 == ")" }) else {
        throw refusal(.invalid(.word, found: String(field)))
      }
      words.append(TranscriptWord(String(word), isOptional: isOptional))
    }
    return Segment(
      file: String(fields[0]), channel: String(fields[1]), speaker: String(fields[2]), beginSeconds: begin,
      endSeconds: end, labels: labels, words: words)
  }

  private static func labels(
    _ text: String, _ refusal: (LineProblem) -> ScoringError
  ) throws(ScoringError) -> [String] {
    let labels = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard labels.allSatisfy(Self.isLabel) else { throw refusal(.invalid(.label, found: text)) }
    return labels
  }

  private static func isLabel(_ text: String) -> Bool {
    TranscriptText.isField(text) && !text.contains { $0 == "," || $0 == "<" || $0 == ">" }
  }

  /// The text of the file, with times rounded to `decimals` decimals, at most 9.
  ///
  /// - Throws: ``ScoringError/unwritable(format:field:found:)`` for values that would be read differently,
  ///   and for begins that decrease within a file and channel.
  package func text(decimals: Int = 4) throws(ScoringError) -> String {
    precondition((0...9).contains(decimals), "decimals of a time")
    var text = ""
    var lastBegin: [FileChannel: Double] = [:]
    for segment in segments {
      text += try Self.line(segment, decimals: decimals)
      let key = FileChannel(file: segment.file, channel: segment.channel)
      if let last = lastBegin.updateValue(segment.beginSeconds, forKey: key), last > segment.beginSeconds {
        throw .unwritable(format: .stm, field: .start, found: "\(segment.beginSeconds)")
      }
    }
    return text
  }

  private static func line(_ segment: Segment, decimals: Int) throws(ScoringError) -> String {
    func refusal(_ field: TranscriptField, _ found: String) -> ScoringError {
      .unwritable(format: .stm, field: field, found: found)
    }
    guard TranscriptText.isField(segment.file), !segment.file.utf8.starts(with: ";;".utf8) else {
      throw refusal(.file, segment.file)
    }
    guard TranscriptText.isField(segment.channel) else { throw refusal(.channel, segment.channel) }
    guard TranscriptText.isField(segment.speaker) else { throw refusal(.speaker, segment.speaker) }
    guard let begin = TranscriptText.fixed(segment.beginSeconds, decimals: decimals) else {
      throw refusal(.start, "\(segment.beginSeconds)")
    }
    guard let end = TranscriptText.fixed(segment.endSeconds, decimals: decimals),
      segment.endSeconds >= segment.beginSeconds
    else { throw refusal(.end, "\(segment.endSeconds)") }
    var fields = [segment.file, segment.channel, segment.speaker, begin, end]
    if !segment.labels.isEmpty {
      for label in segment.labels where !isLabel(label) { throw refusal(.label, label) }
      fields.append("<\(segment.labels.joined(separator: ","))>")
    }
    for word in segment.words {
      guard TranscriptText.isField(word.text), TranscriptText.isPlainWord(word.text),
        !word.text.contains(where: { $0 == "(" || $0 == ")" })
      else { throw refusal(.word, word.text) }
      fields.append(word.isOptional ? "(\(word.text))" : word.text)
    }
    return fields.joined(separator: " ") + "\n"
  }
}
