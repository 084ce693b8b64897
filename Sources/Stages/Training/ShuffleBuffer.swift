package import Learning
import Recognition
package import StageGraph

/// The stage that mixes segments and gathers them into batches.
///
/// It holds `capacity` segments; each that leaves is drawn from them at random, and the next that comes takes
/// its slot. The draws follow from seed and epoch, so the batches do, too.
package struct ShuffleBuffer: Sendable {
  let capacity: Int
  let batchSegments: Int
  let frames: Int
  let context: FrameContext
  let width: Int
  let seed: UInt64
  let epoch: Int

  /// - Parameters:
  ///   - frames: labeled frames of a segment.
  ///   - width: channels of a row.
  package init(
    capacity: Int, batchSegments: Int, frames: Int, context: FrameContext, width: Int, seed: UInt64,
    epoch: Int
  ) {
    self.capacity = capacity
    self.batchSegments = batchSegments
    self.frames = frames
    self.context = context
    self.width = width
    self.seed = seed
    self.epoch = epoch
  }

  package var stage: Stage<LabeledSegment, TrainingBatch> {
    .stream("ShuffleBuffer") { receiver, sender in
      var generator = SeededGenerator(seed: seed, stream: .shuffle, index: UInt64(epoch))
      var held: [LabeledSegment] = []
      var leaving: [LabeledSegment] = []
      while let segment = try await receiver.nextInStream() {
        guard held.count == capacity else {
          held.append(segment)
          continue
        }
        let index = generator.index(below: capacity)
        leaving.append(held[index])
        held[index] = segment
        if leaving.count == batchSegments { try await sender.send(gather(&leaving)) }
      }
      while !held.isEmpty {
        held.swapAt(generator.index(below: held.count), held.count - 1)
        leaving.append(held.removeLast())
        if leaving.count == batchSegments { try await sender.send(gather(&leaving)) }
      }
      if !leaving.isEmpty { try await sender.send(gather(&leaving)) }
    }
  }

  private func gather(_ segments: inout [LabeledSegment]) -> TrainingBatch {
    let batch = SegmentBatch(segments: segments.count, frames: frames, context: context, width: width)
    for (index, segment) in segments.enumerated() {
      batch.padding[index] = segment.padding
      let first = index * batch.shape.rows + segment.padding.leading
      batch.rows.row(first).update(from: segment.rows.base, count: segment.rows.count)
      for (frame, label) in segment.labels.enumerated() { batch.labels[index * frames + frame] = label }
    }
    segments.removeAll(keepingCapacity: true)
    return TrainingBatch(batch)
  }
}
