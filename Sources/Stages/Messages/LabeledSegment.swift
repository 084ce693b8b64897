package import Learning
package import StageGraph

/// Frames in a row of one utterance with their labels and the rows of context that the model needs.
package final class LabeledSegment: GraphMessage {
  /// `[context.left + frames + context.right, width]` without the rows outside the utterance.
  package let rows: Slab<Float>
  /// `[frames]`: classes, −1 for frames that are neither trained on nor there.
  package let labels: [Int32]
  /// Rows that the utterance does not have.
  package let padding: PaddingRows

  package init(rows: consuming Slab<Float>, labels: [Int32], padding: PaddingRows) {
    self.rows = rows
    self.labels = labels
    self.padding = padding
  }

  package var byteCount: Int { rows.byteCount + labels.count * 4 }
}
