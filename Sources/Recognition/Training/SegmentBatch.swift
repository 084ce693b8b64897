import Foundations
package import Learning

/// A batch of labeled segments for a training step.
///
/// A segment is `frames` consecutive frames of one utterance, with the rows of context that the model needs
/// on both sides. Rows beyond the utterance are counted in `padding`, and frames beyond it have the label
/// −1.
package final class SegmentBatch {
  /// The segments and the rows of each, context included.
  package let shape: SequenceShape
  package let context: FrameContext
  /// `[shape.totalRows, width]`: the samples of frames for a learnable front end, features for a fixed one.
  package let rows: Matrix
  /// Classes, `[segments, frames]`; −1 for a frame that is not trained on.
  package let labels: UnsafeMutableBufferPointer<Int32>
  /// `[segments]`.
  package var padding: [PaddingRows]
  private let storage: AlignedBuffer<Float>

  /// A batch of zeros in which all rows are padding and no frame is labeled.
  package init(segments: Int, frames: Int, context: FrameContext, width: Int) {
    shape = SequenceShape(segments: segments, rows: frames + context.rows)
    self.context = context
    storage = AlignedBuffer<Float>(count: shape.totalRows * width)
    rows = Matrix(storage.base, rows: shape.totalRows, columns: width)
    labels = .allocate(capacity: segments * frames)
    labels.initialize(repeating: -1)
    padding = Array(repeating: PaddingRows(leading: 0, trailing: shape.rows), count: segments)
  }

  deinit { labels.deallocate() }

  /// The classified frames of a segment.
  package var frames: Int { shape.rows - context.rows }

  /// The number of labeled frames.
  package var labeledFrames: Int { labels.reduce(0) { $1 >= 0 ? $0 + 1 : $0 } }
}
