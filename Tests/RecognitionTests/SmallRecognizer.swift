import Foundations
import FrontEnds
import Learning
import Recognition
import TestSupport

/// Classifiers of six classes over twelve mel bins, small enough to train within a test.
enum SmallRecognizer {
  static func make(_ options: FrameClassifierOptions) throws -> FrameRecognizer {
    try FrameRecognizer(
      features: .frontEnd(try FrontEndSpec(parsing: "mel:bins=12")), classifier: options, seed: 3)
  }

  /// Trains on four batches an epoch.
  static func train(
    _ recognizer: FrameRecognizer, epochs: Int, segments: Int = 8, jobs: Int
  ) async throws -> TrainingRun {
    var options = TrainingOptions()
    options.learningRate = 0.02
    options.epochs = epochs
    let run = TrainingRun(
      recognizer, options: options, statistics: PhoneStatistics(classCount: recognizer.classCount),
      totalSteps: epochs * 4, jobs: jobs)
    let source = LargestValueBatches(recognizer: recognizer, batches: 4, segments: segments)
    for _ in 0..<epochs {
      try await run.runEpoch(source, observe: { _ in }) { _ in FrameErrorCount(errors: 1, frames: 2) }
    }
    return run
  }

  /// Whether a classifier learns what can be learned.
  static func learns(_ options: FrameClassifierOptions) async throws -> Bool {
    let epochs = try await train(try make(options), epochs: 12, jobs: 2).history.epochs
    guard let first = epochs.first, let last = epochs.last else { return false }
    return last.loss < 0.5 * first.loss && last.accuracy > 0.9
  }
}

/// Batches of noise in which a frame's class is the index of its largest value.
struct LargestValueBatches: BatchSource {
  let recognizer: FrameRecognizer
  let batches: Int
  let segments: Int
  /// Added to the first value of each batch.
  var blemish: Float = 0

  func forEachBatch(
    ofEpoch epoch: Int, _ take: @escaping @Sendable (sending SegmentBatch) async throws -> Void
  ) async throws {
    for index in 0..<batches { try await take(makeBatch(index)) }
  }

  func makeBatch(_ index: Int) -> sending SegmentBatch {
    let (frames, width) = (8, recognizer.features.source.channels)
    let batch = SegmentBatch(
      segments: segments, frames: frames, context: recognizer.context, width: width)
    var generator = SplitMix64(seed: UInt64(index) + 1)
    for i in 0..<batch.rows.count { batch.rows.base[i] = Float.random(in: -1...1, using: &generator) }
    for segment in 0..<segments {
      batch.padding[segment] = PaddingRows()
      for frame in 0..<frames {
        let row = batch.rows.row(segment * batch.shape.rows + recognizer.context.left + frame)
        let label = Int.random(in: 0..<recognizer.classCount, using: &generator)
        row[label] += 3
        batch.labels[segment * frames + frame] = Int32(label)
      }
    }
    batch.rows.base[0] += blemish
    return batch
  }
}
