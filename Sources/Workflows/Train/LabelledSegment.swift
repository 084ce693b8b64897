import Learning
import StageGraph

/// Frames in a row of one utterance with their labels and the rows of context that the model needs.
final class LabelledSegment: GraphMessage {
  /// `[context.left + frames + context.right, width]` without the rows outside the utterance.
  let rows: Slab<Float>
  /// `[frames]`: classes, −1 for frames that are neither trained on nor there.
  let labels: [Int32]
  /// Rows that the utterance does not have.
  let padding: PaddingRows

  init(rows: consuming Slab<Float>, labels: [Int32], padding: PaddingRows) {
    self.rows = rows
    self.labels = labels
    self.padding = padding
  }

  var byteCount: Int { rows.byteCount + labels.count * 4 }
}
