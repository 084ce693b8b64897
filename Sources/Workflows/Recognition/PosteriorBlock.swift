import Corpus
import StageGraph

/// Log posteriors of frames in a row of one utterance, with the labels of the same frames.
struct PosteriorBlock: GraphMessage {
  let context: UtteranceContext
  /// `[frames, classes]`.
  let logPosteriors: [Float]
  /// `[frames]`; empty where the utterance has no labels.
  let labels: [Int32]
  let frameCount: Int
  let isLast: Bool
  /// Why the utterance cannot be used; then nothing of it counts.
  let rejection: Finding?

  var byteCount: Int { (logPosteriors.count + labels.count) * 4 }
}
