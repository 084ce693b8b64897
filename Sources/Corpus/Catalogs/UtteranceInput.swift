import Foundations

/// A file, or a part of one, that an utterance is read from.
package struct UtteranceInput: Sendable {
  /// The use of a file; raw values are used in records and never change.
  package enum Role: String, CaseIterable, Sendable {
    case audio, labels, words, text
  }

  package enum Content: Sendable {
    /// The absolute path of a file.
    case file(String)
    /// Labels of a list, or of a file of several utterances.
    case bytes([UInt8])
  }

  package let role: Role
  /// The path in messages.
  package let shown: String
  package let content: Content
}

extension CorpusCatalog {
  /// Everything that opening an utterance with all annotations reads, beside the manifest; nothing for one
  /// that is rejected unopened.
  package func inputs(of utterance: Utterance) -> [UtteranceInput] {
    guard utterance.rejection == nil else { return [] }
    func file(_ role: UtteranceInput.Role, _ path: String, at absolute: String? = nil) -> UtteranceInput {
      UtteranceInput(
        role: role, shown: Sanitized.path(path), content: .file(absolute ?? absolutePath(path)))
    }
    var inputs = [file(.audio, utterance.audioPath)]
    if let labels = utterance.labels {
      inputs.append(
        UtteranceInput(
          role: .labels, shown: Sanitized.path(utterance.audioPath),
          content: .bytes(Array(labels.map(\.canonicalLine).joined().utf8))))
    } else if let path = utterance.labelsPath {
      if let archive = alignments?.archive {
        inputs.append(
          UtteranceInput(
            role: .labels, shown: Sanitized.path(path),
            content: .bytes(archive.bytes(of: [utterance.name, utterance.key]))))
      } else {
        inputs.append(file(.labels, path, at: alignments?.absolutePath(path)))
      }
    }
    if let path = utterance.wordsPath { inputs.append(file(.words, path)) }
    if let path = utterance.textPath { inputs.append(file(.text, path)) }
    return inputs
  }

  /// The index of the utterance with a key; nil if there is none.
  package func index(ofKey key: String) -> Int? {
    var (low, high) = (0, utterances.count)
    while low < high {
      let middle = (low + high) / 2
      if UtteranceKey.precedes(utterances[middle].key, key) { low = middle + 1 } else { high = middle }
    }
    return low < utterances.count && utterances[low].key == key ? low : nil
  }
}

extension LabelEntry {
  /// The entry as a line that is the same for the same label.
  fileprivate var canonicalLine: String {
    "\(start.numerator)/\(start.denominator) \(end.numerator)/\(end.denominator) \(symbol)\n"
  }
}
