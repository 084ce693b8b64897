package import Corpus
package import FrontEnds

/// The utterance that a block belongs to, and the content of its files; shared by all of its blocks.
package final class UtteranceContext: Sendable {
  /// The content of the files of a usable utterance.
  package struct Content: Sendable {
    package let audio: AudioInfo
    package let phones: PhoneTrack?
    package let words: WordTrack?
    package let sentence: String?
    package let warnings: [Finding]
    package let rowCount: Int
    /// The results of the front end's passes over all of the utterance.
    package var measures = UtteranceMeasures()
  }

  package let work: UtteranceWork
  package let utterance: Utterance
  /// Nil for an utterance that could not be opened.
  package let content: Content?
  /// The sizes and digests of its files, where they are recorded.
  package let inputs: [InputState]

  package init(
    work: UtteranceWork, utterance: Utterance, content: Content?, inputs: [InputState] = []
  ) {
    self.work = work
    self.utterance = utterance
    self.content = content
    self.inputs = inputs
  }
}
