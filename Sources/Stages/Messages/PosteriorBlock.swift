package import Corpus
import StageGraph

/// Log posteriors of frames in a row of one utterance, with the labels of the same frames.
package struct PosteriorBlock: GraphMessage {
  package let context: UtteranceContext
  /// `[frames, classes]`.
  package let logPosteriors: [Float]
  /// `[frames]`; empty where the utterance has no labels.
  package let labels: [Int32]
  package let frameCount: Int
  package let isLast: Bool
  /// Why the utterance cannot be used; then nothing of it counts.
  package let rejection: Finding?

  package var byteCount: Int { (logPosteriors.count + labels.count) * 4 }
}
