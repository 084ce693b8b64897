import Archives
import Corpus
import DataManifests
import StageGraph

/// One utterance to be done, and its place in the shards.
struct UtteranceWork: GraphMessage {
  static var messageName: String { "Utterance" }

  /// The place in the catalogue.
  let place: Int
  let shard: Int
  let isFirstOfShard: Bool
  let isLastOfShard: Bool
}

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

/// Rows of an utterance's features on their way to the archive, with their labels.
struct FeatureBlock: ~Copyable, GraphMessage {
  /// The rows, `[rowCount, channels]`.
  struct Rows: ~Copyable {
    let features: Slab<Float>
    /// For each phone set in turn, `rowCount` labels; empty where the corpus has none.
    let labels: Slab<Int32>
    let rowCount: Int

    borrowing func labels(ofSet index: Int) -> UnsafeBufferPointer<Int32> {
      UnsafeBufferPointer(start: labels.base + index * rowCount, count: labels.count == 0 ? 0 : rowCount)
    }

    var values: UnsafeBufferPointer<Float> {
      UnsafeBufferPointer(start: features.base, count: features.count)
    }

    var byteCount: Int { features.byteCount + labels.byteCount }
  }

  let context: UtteranceContext
  /// The samples that the rows came of.
  let sampleCount: Int
  let rows: Rows?
  let isFirst: Bool
  let isLast: Bool
  let rejection: Finding?
  /// CMVN statistics `[2, channels + 1]` of the utterance, in its last block.
  let statistics: [Double]?

  var byteCount: Int {
    switch rows {
    case .some(let rows): rows.byteCount
    case .none: 0
    }
  }
}
