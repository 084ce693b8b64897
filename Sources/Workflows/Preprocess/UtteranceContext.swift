import Corpus
import DataManifests

/// What all blocks of one utterance share: which it is, and what its files say.
final class UtteranceContext: Sendable {
  /// What the files of a usable utterance say.
  struct Content: Sendable {
    let audio: AudioInfo
    let phones: PhoneTrack?
    let words: WordTrack?
    let sentence: String?
    let warnings: [Finding]
    let rowCount: Int
  }

  let work: UtteranceWork
  let utterance: Utterance
  /// Nil for an utterance that could not be opened.
  let content: Content?

  init(work: UtteranceWork, utterance: Utterance, content: Content?) {
    self.work = work
    self.utterance = utterance
    self.content = content
  }
}
