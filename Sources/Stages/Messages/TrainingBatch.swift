import Learning
package import Recognition
import StageGraph

/// A batch on its way to the trainer.
package struct TrainingBatch: ~Copyable, GraphMessage, @unchecked Sendable {
  // Sendable because the batch is reached through this one owner only.
  package static var messageName: String { "Batch" }

  private let batch: SegmentBatch

  /// - Parameter batch: given away: nobody else uses it.
  package init(_ batch: sending SegmentBatch) { self.batch = batch }

  /// Gives the batch to one owner.
  package consuming func release() -> sending SegmentBatch {
    // The only owner gives it away with itself.
    nonisolated(unsafe) let batch = batch
    return batch
  }

  package var byteCount: Int { batch.rows.count * 4 + batch.labels.count * 4 }
}
