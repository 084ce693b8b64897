/// A word of a transcript.
package struct TranscriptWord: Sendable, Equatable {
  package var text: String

  /// Written `(text)`: its deletion is not an error under sclite's `-D`.
  package var isOptional: Bool

  package init(_ text: String, isOptional: Bool = false) {
    self.text = text
    self.isOptional = isOptional
  }
}

/// A TRN file: one utterance a line, `word word (utterance)`.
///
/// Strict: every line ends with an utterance in parentheses, each utterance occurs once, and words are plain
/// or optional (`(sil)`). Blank lines and `;;` comments are skipped.
///
/// Source: NIST SCTK, sclite, transcript format.
package struct TRN: Sendable, Equatable {
  /// One line.
  package struct Utterance: Sendable, Equatable {
    package var utterance: String
    package var words: [TranscriptWord]

    package init(utterance: String, words: [TranscriptWord]) {
      self.utterance = utterance
      self.words = words
    }

    /// The speaker under sclite's `-i spu_id`: the text before the first `-` or `_`; nil if there is neither.
    package var speaker: Substring? {
      utterance.firstIndex { $0 == "-" || $0 == "_" }.map { utterance[..<$0] }
    }
  }

  package var utterances: [Utterance]

  package init(utterances: [Utterance]) { self.utterances = utterances }

  /// Reads a file's bytes.
  ///
  /// - Throws: ``ScoringError/notUTF8(format:)``, ``ScoringError/malformedLine(format:line:problem:)``.
  package init(bytes: [UInt8]) throws(ScoringError) {
    try self.init(parsing: TranscriptText.text(of: bytes, format: .trn))
  }

  /// Reads a file's text.
  ///
  /// - Throws: ``ScoringError/malformedLine(format:line:problem:)``.
  package init(parsing text: String) throws(ScoringError) {
    utterances = []
    var lineOf: [String: Int] = [:]
    for line in try TranscriptText(format: .trn).lines(of: text) {
      func refusal(_ problem: LineProblem) -> ScoringError {
        .malformedLine(format: .trn, line: line.number, problem: problem)
      }
      guard let last = line.fields.last, let utterance = Self.inParentheses(last) else {
        throw refusal(.missing(.utterance))
      }
      if let first = lineOf.updateValue(line.number, forKey: String(utterance)) {
        throw refusal(.duplicate(utterance: String(utterance), firstLine: first))
      }
      var words: [TranscriptWord] = []
      for field in line.fields.dropLast() {
        let inner = Self.inParentheses(field)
        let word = inner ?? field
        guard TranscriptText.isPlainWord(word) else { throw refusal(.alternation) }
        guard !word.contains(where: { $0 == "(" || $0 == ")" }) else {
          throw refusal(.invalid(.word, found: String(field)))
        }
        words.append(TranscriptWord(String(word), isOptional: inner != nil))
      }
      utterances.append(Utterance(utterance: String(utterance), words: words))
    }
  }

  private static func inParentheses(_ field: Substring) -> Substring? {
    guard field.utf8.count > 2, field.first == "(", field.last == ")" else { return nil }
    let inner = field.dropFirst().dropLast()
    return inner.contains { $0 == "(" || $0 == ")" } ? nil : inner
  }

  /// The text of the file.
  ///
  /// - Throws: ``ScoringError/unwritable(format:field:found:)`` for words and utterances that would be read
  ///   differently, ``ScoringError/duplicateUtterance(utterance:)``.
  package func text() throws(ScoringError) -> String {
    func isPlain(_ text: String) -> Bool {
      TranscriptText.isField(text) && !text.contains { $0 == "(" || $0 == ")" }
    }
    var (text, seen) = ("", Set<String>())
    for line in utterances {
      for word in line.words {
        guard isPlain(word.text), TranscriptText.isPlainWord(word.text) else {
          throw .unwritable(format: .trn, field: .word, found: word.text)
        }
        text += word.isOptional ? "(\(word.text)) " : "\(word.text) "
      }
      guard isPlain(line.utterance) else {
        throw .unwritable(format: .trn, field: .utterance, found: line.utterance)
      }
      guard seen.insert(line.utterance).inserted else {
        throw .duplicateUtterance(utterance: line.utterance)
      }
      text += "(\(line.utterance))\n"
    }
    return text
  }
}
