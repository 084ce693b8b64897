package import Corpus

/// What all blocks of one utterance share: which it is, and what its files say.
package final class UtteranceContext: Sendable {
  /// What the files of a usable utterance say.
  package struct Content: Sendable {
    package let audio: AudioInfo
    package let phones: PhoneTrack?
    package let words: WordTrack?
    package let sentence: String?
    package let warnings: [Finding]
    package let rowCount: Int
  }

  package let work: UtteranceWork
  package let utterance: Utterance
  /// Nil for an utterance that could not be opened.
  package let content: Content?

  package init(work: UtteranceWork, utterance: Utterance, content: Content?) {
    self.work = work
    self.utterance = utterance
    self.content = content
  }
}
