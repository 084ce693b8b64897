import Learning
import Recognition
import StageGraph

/// A batch on its way to the trainer.
struct TrainingBatch: ~Copyable, GraphMessage, @unchecked Sendable {
  // Sendable because the batch is reached through this one owner only.
  static var messageName: String { "Batch" }

  private let batch: SegmentBatch

  /// - Parameter batch: given away: nobody else uses it.
  init(_ batch: sending SegmentBatch) { self.batch = batch }

  /// Gives the batch to one owner.
  consuming func release() -> sending SegmentBatch {
    // The only owner gives it away with itself.
    nonisolated(unsafe) let batch = batch
    return batch
  }

  var byteCount: Int { batch.rows.count * 4 + batch.labels.count * 4 }
}

/// The stage that mixes segments and gathers them into batches.
///
/// It holds `capacity` segments; each that leaves is drawn from them at random, and the next that comes takes its place.
/// The draws follow from seed and epoch, so the batches do, too.
struct ShuffleBuffer: Sendable {
  let capacity: Int
  let batchSegments: Int
  let frames: Int
  let context: FrameContext
  let width: Int
  let seed: UInt64
  let epoch: Int

  var stage: Stage<LabelledSegment, TrainingBatch> {
    .stream("ShuffleBuffer") { receiver, sender in
      var generator = SeededGenerator(seed: seed, stream: .shuffle, index: UInt64(epoch))
      var held: [LabelledSegment] = []
      var leaving: [LabelledSegment] = []
      while let segment = try await receiver.nextInStream() {
        guard held.count == capacity else {
          held.append(segment)
          continue
        }
        let place = generator.index(below: capacity)
        leaving.append(held[place])
        held[place] = segment
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

  private func gather(_ segments: inout [LabelledSegment]) -> TrainingBatch {
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
