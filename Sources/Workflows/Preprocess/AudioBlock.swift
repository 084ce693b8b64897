import Corpus
import StageGraph

/// Samples of an utterance, in the form that its file has.
enum AudioSamples: ~Copyable {
  case int16(Slab<Int16>)
  case float32(Slab<Float>)
  /// A block that only says how the utterance ended.
  case none
}

/// A stretch of an utterance's audio on its way to the front end.
struct AudioBlock: ~Copyable, GraphMessage {
  let context: UtteranceContext
  var samples: AudioSamples
  let sampleCount: Int
  /// The last block: the utterance is whole, or `rejection` says why it is not.
  let isLast: Bool
  let rejection: Finding?

  var byteCount: Int {
    switch samples {
    case .int16(let slab): slab.byteCount
    case .float32(let slab): slab.byteCount
    case .none: 0
    }
  }
}
