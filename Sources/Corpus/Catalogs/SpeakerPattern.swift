import Foundations

/// A regular expression that finds the speaker in the path of an utterance's audio, by its one group.
package struct SpeakerPattern: Equatable, Sendable {
  package let text: String

  /// The most bytes of an expression.
  private static let longest = 200

  /// Nil for what is no regular expression with one group.
  package init?(_ text: String) {
    guard text.utf8.count <= Self.longest, let regex = try? Regex(text),
      let groups = try? regex.firstMatch(in: "")?.output.count ?? Self.groups(text), groups == 2
    else { return nil }
    self.text = text
  }

  /// The number of groups with the whole: opening parentheses that are not escaped, in a set, or without
  /// capture.
  private static func groups(_ text: String) -> Int {
    var (count, isEscaped, isInSet) = (1, false, false)
    var rest = text[...]
    while let character = rest.popFirst() {
      if isEscaped {
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if isInSet {
        isInSet = character != "]"
      } else if character == "[" {
        isInSet = true
      } else if character == "(",
        rest.first != "?"
          || rest.hasPrefix("?<") && !rest.hasPrefix("?<=")
            && !rest.hasPrefix("?<!")
      {
        count += 1
      }
    }
    return count
  }

  /// Sets the speakers of utterances, and the keys that are made of them; those whose path does not fit are
  /// rejected.
  func assign(to utterances: inout [Utterance]) {
    guard let regex = try? Regex(text) else { return }
    for index in utterances.indices where utterances[index].rejection == nil {
      let utterance = utterances[index]
      let match = try? regex.firstMatch(in: utterance.audioPath)
      guard let found = match?.output[1].substring, !found.isEmpty, UtteranceKey.fault(String(found)) == nil
      else {
        utterances[index].rejection = Finding(
          .reject, .badID, path: Sanitized.path(utterance.audioPath), expected: "a speaker by the pattern",
          found: "none", utterance: utterance.key)
        continue
      }
      // Keys of folders and of our own manifests are made of speaker and name; those of lists are kept.
      let isMade = utterance.key == "\(utterance.speaker)_\(utterance.name)"
      utterances[index].speaker = isMade ? UtteranceKey.upper(found) : String(found)
      guard isMade else { continue }
      let speaker = utterances[index].speaker
      let key = utterance.name.hasPrefix(speaker + "_") ? utterance.name : "\(speaker)_\(utterance.name)"
      if UtteranceKey.fault(key) == nil { utterances[index].key = key }
    }
  }
}
