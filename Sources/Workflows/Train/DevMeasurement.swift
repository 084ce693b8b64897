import Corpus
import Foundations
import Learning
import Recognition
import StageGraph
import Stages

extension TrainPlan {
  /// The dev speakers' frame errors with some values.
  func devErrors(
    of indices: [Int], _ values: ModelValues, _ source: FeatureSource
  ) async throws -> FrameErrorCount {
    let count = Guarded(FrameErrorCount(errors: 0, frames: 0))
    let graph = try recognition(values, source, loop: nil).makeGraph("measure", indices: indices) {
      utterance in
      if let rejection = utterance.rejection { throw StageError.rejected(rejection) }
      var (errors, frames) = (0, 0)
      for (label, found) in zip(utterance.labels, utterance.frameClasses) where label >= 0 {
        frames += 1
        if label != found { errors += 1 }
      }
      count.withLock {
        $0.errors += errors
        $0.frames += frames
      }
    }
    _ = try await graph.run()
    try Task.checkCancellation()
    return count.withLock { $0 }
  }

  /// The graph that recognizes dev utterances with some values, which nobody writes meanwhile.
  func recognition(
    _ values: ModelValues, _ source: FeatureSource, loop: PhoneLoop?
  ) throws -> RecognitionGraph {
    RecognitionGraph(
      source: try devSource(values, source),
      classification: FrameClassification(recognizer: recognizer, values: values),
      recognition: UtteranceRecognition(classCount: recognizer.classCount, loop: loop))
  }
}
