package import Corpus
package import StageGraph

/// Samples of an utterance, in the form that its file has.
package enum AudioSamples: ~Copyable {
  case int16(Slab<Int16>)
  case float32(Slab<Float>)
  /// No samples: a block that marks the end of the utterance.
  case none

  package var count: Int {
    switch self {
    case .int16(let slab): slab.count
    case .float32(let slab): slab.count
    case .none: 0
    }
  }
}

/// A stretch of an utterance's audio on its way to the front end.
package struct AudioBlock: ~Copyable, GraphMessage {
  package let context: UtteranceContext
  package var samples: AudioSamples
  package let sampleCount: Int
  /// The last block: the utterance is whole, or `rejection` is the reason why it is not.
  package let isLast: Bool
  package let rejection: Finding?
  /// The sample rate, where the context does not have it.
  package var sampleRateHertz: Int? = nil

  package var byteCount: Int {
    switch samples {
    case .int16(let slab): slab.byteCount
    case .float32(let slab): slab.byteCount
    case .none: 0
    }
  }
}
