import Learning
import Recognition
import Testing

@Suite("SegmentBatch")
struct SegmentBatchTests {
  @Test("a new batch has only padding and no labeled frame")
  func empty() {
    let batch = SegmentBatch(segments: 2, frames: 4, context: FrameContext(left: 1, right: 2), width: 3)
    #expect(batch.shape.rows == 7 && batch.frames == 4 && batch.rows.rows == 14)
    #expect(batch.labeledFrames == 0)
    #expect(batch.padding.allSatisfy { $0.trailing == 7 })
  }
}
