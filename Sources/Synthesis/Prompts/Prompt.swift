/// The rules for sentences, which every engine must be able to speak and none may take for a command.
package enum Prompt {
  /// The reason that a line of a prompt file is not used.
  package enum Fault: String, CaseIterable, Sendable {
    case notUTF8 = "not-utf-8"
    /// Characters other than ASCII letters, spaces and `' , . ? ! ; : -`.
    case otherCharacters = "other-characters"
    case tooFewWords = "too-few-words"
    case tooManyWords = "too-many-words"
    case longWord = "long-word"
    /// A repeated sentence.
    case duplicate
  }

  package static let minimumWords = 3
  package static let maximumWords = 14
  package static let maximumWordLetters = 24

  /// The calibration sentences SA1 and SA2, which every speaker reads and which contain most phones.
  package static let calibration = [
    "Both of the younger boys measured how much oily water the garage could hold.",
    "She thought that an ordinary kitchen shouldn't have such huge yellow chairs.",
  ]

  static func wordCount(of text: String) -> Int {
    text.split(separator: " ").count { word in word.utf8.contains(where: isLetter) }
  }

  /// The sentence in a line, white space trimmed and joined; nil for an empty line.
  ///
  /// Festvox's form `( id "sentence" )` is accepted, too.
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

  /// The fault of a sentence, or nil.
  static func fault(of text: String) -> Fault? {
    guard text.utf8.allSatisfy({ isLetter($0) || " ',.?!;:-".utf8.contains($0) }) else {
      return .otherCharacters
    }
    let isLong = text.utf8.split(whereSeparator: { !isLetter($0) && $0 != UInt8(ascii: "'") })
      .contains { $0.count > maximumWordLetters }
    if isLong { return .longWord }
    let words = wordCount(of: text)
    if words < minimumWords { return .tooFewWords }
    // The total length is limited, too, against lines of a million commas.
    if words > maximumWords || text.utf8.count > 16 * maximumWords { return .tooManyWords }
    return nil
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}

/// The distinct usable sentences of prompt files, in order, and the number of rejected lines by reason.
package struct PromptList: Equatable, Sendable {
  package private(set) var sentences: [String] = []
  package private(set) var leftOut: [Prompt.Fault: Int] = [:]
  private var seen: Set<String> = []

  package init() {}

  /// Adds the lines of a file, which may contain anything.
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
