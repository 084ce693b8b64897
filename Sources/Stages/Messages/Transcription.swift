package import Corpus
package import Recognition
import StageGraph

/// The classes and phones recognized in an utterance; of a live one, the phones that have become certain
/// since the transcription before.
package struct Transcription: GraphMessage {
  package let context: UtteranceContext
  /// `[frames]`: labels, −1 where there is none; empty where the utterance has no labels.
  package let labels: [Int32]
  /// `[frames]`: the classes of the largest posteriors; empty of a live utterance.
  package let frameClasses: [Int32]
  /// The decoded phones; empty where nothing was decoded.
  package let phones: [DecodedPhone]
  /// Frames of the utterance so far.
  package let frameCount: Int
  package let isLast: Bool
  package let rejection: Finding?

  package var byteCount: Int { (labels.count + frameClasses.count) * 4 + phones.count * 24 }
}
