package import StageGraph

/// A graph that recognizes utterances and hands the transcriptions, in order, to `take`.
///
///     Corpus -> AudioReader -> FrontEnd -> FrameClassifier -PosteriorBlock-> PhoneDecoder -Transcription->
///     Scorer
package struct RecognitionGraph: Sendable {
  package var source: FeatureSource
  package let classification: FrameClassification
  package let recognition: UtteranceRecognition

  package init(
    source: FeatureSource, classification: FrameClassification, recognition: UtteranceRecognition
  ) {
    self.source = source
    self.classification = classification
    self.recognition = recognition
  }

  package func makeGraph(
    _ name: String, indices: [Int], _ take: @escaping @Sendable (Transcription) async throws -> Void
  ) -> GraphBlueprint {
    let blueprint = GraphBlueprint(name)
    let features = source.join(to: blueprint, indices: indices)
    let posteriors = blueprint.join(
      features, to: classification.stage(workers: source.jobs), capacity: 4)
    let transcriptions = blueprint.join(
      posteriors, to: recognition.stage(workers: source.jobs), capacity: 4)
    blueprint.join(transcriptions, to: Sink<Transcription>.each("Scorer", take), capacity: 16)
    return blueprint
  }
}
