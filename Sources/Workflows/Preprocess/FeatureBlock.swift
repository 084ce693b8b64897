import Corpus
import StageGraph

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
