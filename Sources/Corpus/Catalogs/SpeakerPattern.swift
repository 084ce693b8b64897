import Foundations

/// A regular expression that finds the speaker in the path of an utterance's audio, by its one group.
package struct SpeakerPattern: Equatable, Sendable {
  package let text: String

  /// The most bytes of an expression.
  private static let longest = 200

  /// Nil for what is no regular expression with one group.
  package init?(_ text: String) {
    // With an empty alternative it fits every text, and the match has all of its groups.
    guard text.utf8.count <= Self.longest, (try? Regex(text)) != nil, let regex = try? Regex("|\(text)"),
      let match = try? regex.firstMatch(in: ""), match.output.count == 2
    else { return nil }
    self.text = text
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
