/// What a sentence must be for every engine to speak it, and for no engine to take it for a command.
package enum Prompt {
  /// Why a line of a prompt file is not used.
  package enum Fault: String, CaseIterable, Sendable {
    case notUTF8 = "not-utf-8"
    /// Others than letters, blanks and `' , . ? ! ; : -`.
    case otherCharacters = "other-characters"
    case tooFewWords = "too-few-words"
    case tooManyWords = "too-many-words"
    case longWord = "long-word"
    /// The sentence was there before.
    case duplicate
  }

  package static let fewestWords = 3
  package static let mostWords = 14
  /// In letters.
  package static let longestWord = 24

  /// The calibration sentences SA1 and SA2, which every speaker reads: between them they hold most phones.
  package static let calibration = [
    "Both of the younger boys measured how much oily water the garage could hold.",
    "She thought that an ordinary kitchen shouldn't have such huge yellow chairs.",
  ]

  static func wordCount(of text: String) -> Int {
    text.split(separator: " ").count { word in word.utf8.contains(where: isLetter) }
  }

  /// The sentence in a line, blanks trimmed and joined; nil for a line without anything.
  ///
  /// Festvox's `( id "sentence" )` is read, too.
  static func sentence(inLine line: String) -> String? {
    var text = line[...]
    if text.drop(while: { $0 == " " || $0 == "\t" }).first == "(", let open = text.firstIndex(of: "\""),
      let close = text.lastIndex(of: "\""), open < close
    {
      text = text[text.index(after: open)..<close]
    }
    let words = text.replacing("\u{2019}", with: "'").split { $0 == " " || $0 == "\t" }
    return words.isEmpty ? nil : words.joined(separator: " ")
  }

  /// What stands against a sentence; nil if nothing does.
  static func fault(of text: String) -> Fault? {
    guard text.utf8.allSatisfy({ isLetter($0) || " ',.?!;:-".utf8.contains($0) }) else {
      return .otherCharacters
    }
    let isLong = text.utf8.split(whereSeparator: { !isLetter($0) && $0 != UInt8(ascii: "'") })
      .contains { $0.count > longestWord }
    if isLong { return .longWord }
    let words = wordCount(of: text)
    if words < fewestWords { return .tooFewWords }
    // Marks count, too: a line of a million commas is no sentence of three words.
    if words > mostWords || text.utf8.count > 16 * mostWords { return .tooManyWords }
    return nil
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}

/// The usable sentences of prompt files, in order, each once, and how many lines were left out for what.
package struct PromptList: Equatable, Sendable {
  package private(set) var sentences: [String] = []
  package private(set) var leftOut: [Prompt.Fault: Int] = [:]
  private var seen: Set<String> = []

  package init() {}

  /// Takes the lines of a file, whatever is in it.
  package mutating func add(_ bytes: [UInt8]) {
    var content = bytes[...]
    if content.starts(with: [0xEF, 0xBB, 0xBF]) { content = content.dropFirst(3) }
    for line in content.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      guard let text = String(validating: line, as: UTF8.self) else {
        leftOut[.notUTF8, default: 0] += 1
        continue
      }
      guard let sentence = Prompt.sentence(inLine: text) else { continue }
      if let fault = Prompt.fault(of: sentence) {
        leftOut[fault, default: 0] += 1
      } else if seen.insert(sentence.lowercased()).inserted {
        sentences.append(sentence)
      } else {
        leftOut[.duplicate, default: 0] += 1
      }
    }
  }
}
