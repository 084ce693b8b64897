import Corpus
package import Learning
package import StageGraph

/// The stage that cuts the rows of an utterance into segments with context.
///
/// Segment k holds frames k F … k F + F − 1, and the rows around them inside the utterance. A
/// segment leaves as soon as its last row of context is there, so that no utterance is ever held.
package struct SegmentCutter: Sendable {
  let frames: Int
  let context: FrameContext
  let width: Int
  let pool: BufferPool<Float>

  package init(frames: Int, context: FrameContext, width: Int) {
    self.frames = frames
    self.context = context
    self.width = width
    pool = BufferPool(elementsPerBuffer: (frames + context.rows) * width)
  }

  /// Rows that wait for the rest of their segment; the memory is kept from one utterance to the next.
  private struct State {
    var rows: [Float] = []
    var labels: [Int32] = []
    /// The index of the first row in `rows`, and of the first frame in `labels`, within the utterance.
    var firstRow = 0
    var firstFrame = 0
    /// Rows of the utterance seen.
    var rowCount = 0

    mutating func begin() {
      rows.removeAll(keepingCapacity: true)
      labels.removeAll(keepingCapacity: true)
      (firstRow, firstFrame, rowCount) = (0, 0, 0)
    }
  }

  package func stage(workers: Int) -> Stage<FeatureBlock, LabeledSegment> {
    .grouped(
      "SegmentCutter", workers: workers, state: { State() }, begin: { $0.begin() },
      each: { state, block, sender in
        let isLast = block.isLast
        try take(block, into: &state)
        while state.firstFrame + frames + context.right <= state.rowCount
          || (isLast && state.firstFrame < state.rowCount)
        {
          try await sender.send(try cut(&state))
        }
        dropUsed(&state)
      })
  }

  /// - Throws: ``StageError`` for an utterance that the survey took and that cannot be used any more: to go
  ///   on without it would be another training.
  private func take(_ block: consuming FeatureBlock, into state: inout State) throws {
    if let rejection = block.rejection { throw StageError.rejected(rejection) }
    switch block.rows {
    case .some(let rows):
      state.rows.append(contentsOf: rows.values)
      state.labels.append(contentsOf: rows.labels(ofSet: 0))
      state.rowCount += rows.rowCount
    case .none: break
    }
  }

  /// The next segment, whose rows are all there or past the end of the utterance.
  private func cut(_ state: inout State) throws -> LabeledSegment {
    let (start, end) = (state.firstFrame - context.left, state.firstFrame + frames + context.right)
    let valid = max(0, start)..<min(end, state.rowCount)
    var slab = try pool.acquire()
    slab.count = valid.count * width
    state.rows.withUnsafeBufferPointer { rows in
      if let base = rows.baseAddress {
        slab.base.update(from: base + (valid.lowerBound - state.firstRow) * width, count: slab.count)
      }
    }
    var labels = Array(state.labels.prefix(frames))
    state.labels.removeFirst(labels.count)
    labels += repeatElement(FrameLabels.unlabeled, count: frames - labels.count)
    state.firstFrame += frames
    return LabeledSegment(
      rows: slab, labels: labels,
      padding: PaddingRows(leading: valid.lowerBound - start, trailing: end - valid.upperBound))
  }

  /// Lets go of the rows that no further segment reads.
  private func dropUsed(_ state: inout State) {
    let used = min(max(0, state.firstFrame - context.left), state.rowCount) - state.firstRow
    guard used > 0 else { return }
    state.rows.removeFirst(used * width)
    state.firstRow += used
  }
}
