import Foundations
package import Learning

/// Segments of utterances with the labels of their frames: what a training step is given.
///
/// A segment is `frames` frames in a row of one utterance, with the rows of context that the model needs on both sides.
/// Rows that an utterance does not have are counted in ``padding``; frames that it does not have carry the label −1.
package final class SegmentBatch {
  /// Segments and rows of each, context included.
  package let shape: SequenceShape
  package let context: FrameContext
  /// `[shape.totalRows, width]`: samples of frames for a front end that learns, features for one that is fixed.
  package let rows: Matrix
  /// `[segments, frames]`: classes, −1 where a frame is not trained on.
  package let labels: UnsafeMutableBufferPointer<Int32>
  /// For each segment.
  package var padding: [PaddingRows]
  private let storage: AlignedBuffer<Float>

  /// A batch of zeros, every row outside, no frame labelled.
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

  /// Frames of a segment that are classified.
  package var frames: Int { shape.rows - context.rows }

  /// Frames with a label.
  package var labelledFrames: Int { labels.reduce(0) { $1 >= 0 ? $0 + 1 : $0 } }
}
