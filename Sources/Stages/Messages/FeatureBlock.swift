package import Corpus
package import StageGraph

/// Rows of an utterance's features on their way to the archive, with their labels.
package struct FeatureBlock: ~Copyable, GraphMessage {
  /// The rows, `[rowCount, channels]`.
  package struct Rows: ~Copyable {
    package let features: Slab<Float>
    /// For each phone set in turn, `rowCount` labels; empty where the corpus has none.
    package let labels: Slab<Int32>
    package let rowCount: Int

    package borrowing func labels(ofSet index: Int) -> UnsafeBufferPointer<Int32> {
      UnsafeBufferPointer(start: labels.base + index * rowCount, count: labels.count == 0 ? 0 : rowCount)
    }

    package var values: UnsafeBufferPointer<Float> {
      UnsafeBufferPointer(start: features.base, count: features.count)
    }

    package var byteCount: Int { features.byteCount + labels.byteCount }
  }

  package let context: UtteranceContext
  /// The samples that the rows were computed from.
  package let sampleCount: Int
  package let rows: Rows?
  package let isFirst: Bool
  package let isLast: Bool
  package let rejection: Finding?
  /// CMVN statistics `[2, channels + 1]` of the utterance, in its last block.
  package let statistics: [Double]?

  /// The end of an utterance that cannot be used.
  static func end(_ context: UtteranceContext, rejection: Finding) -> FeatureBlock {
    FeatureBlock(
      context: context, sampleCount: 0, rows: nil, isFirst: false, isLast: true, rejection: rejection,
      statistics: nil)
  }

  package var rowCount: Int {
    switch rows {
    case .some(let rows): rows.rowCount
    case .none: 0
    }
  }

  /// `[rowCount, channels]`, as long as the block is there.
  package var values: UnsafeBufferPointer<Float> {
    switch rows {
    case .some(let rows): rows.values
    case .none: UnsafeBufferPointer(start: nil, count: 0)
    }
  }

  package var byteCount: Int {
    switch rows {
    case .some(let rows): rows.byteCount
    case .none: 0
    }
  }
}
