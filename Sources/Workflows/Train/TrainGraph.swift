import FrontEnds
import Learning
import Recognition
import StageGraph
import Stages

/// The batches of a training set, epoch by epoch, as a stage graph gives them.
///
///     Corpus -Utterance-> AudioReader -AudioBlock-> FrontEnd -FeatureBlock-> SegmentCutter
///     -LabeledSegment-> ShuffleBuffer -Batch-> Trainer
///
/// No front end runs ahead of its parameters: the stages before the trainer learn nothing.
struct TrainGraph: BatchSource {
  let source: FeatureSource
  /// Utterances of the training set, by index in the catalog.
  let indices: [Int]
  let context: FrameContext
  let options: TrainingOptions
  let progress: WorkProgress

  func forEachBatch(
    ofEpoch epoch: Int, _ take: @escaping @Sendable (sending SegmentBatch) async throws -> Void
  ) async throws {
    _ = try await makeGraph(epoch: epoch, take).run()
    try Task.checkCancellation()
  }

  func makeGraph(
    epoch: Int, _ take: @escaping @Sendable (sending SegmentBatch) async throws -> Void
  ) -> GraphBlueprint {
    let blueprint = GraphBlueprint("train")
    let features = source.join(to: blueprint, indices: order(ofEpoch: epoch))
    let width = source.features.channels
    let cutter = SegmentCutter(
      frames: options.segmentFrames, context: context, width: width)
    let segments = blueprint.join(features, to: cutter.stage(workers: source.jobs), capacity: 4)
    let shuffle = ShuffleBuffer(
      capacity: options.shuffleSegments, batchSegments: options.batchSegments, frames: options.segmentFrames,
      context: context, width: width, seed: options.seed, epoch: epoch)
    let batches = blueprint.join(segments, to: shuffle.stage, capacity: 16)
    blueprint.join(
      batches, to: Sink<TrainingBatch>.each("Trainer") { message in try await take(message.release()) },
      capacity: 2)
    return blueprint
  }

  /// The utterances in the order of an epoch: each epoch has its own, which follows from seed and number.
  func order(ofEpoch epoch: Int) -> [Int] {
    var generator = SeededGenerator(seed: options.seed, stream: .order, index: UInt64(epoch))
    return indices.shuffled(using: &generator)
  }
}
