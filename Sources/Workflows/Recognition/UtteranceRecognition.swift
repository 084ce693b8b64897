import Corpus
import Recognition
import StageGraph

/// What was recognised in an utterance.
struct Transcription: GraphMessage {
  let context: UtteranceContext
  /// `[frames]`: labels, −1 where there is none; empty where the utterance has no labels.
  let labels: [Int32]
  /// `[frames]`: the classes of the largest posteriors.
  let frameClasses: [Int32]
  /// The decoded phones; empty where nothing was decoded.
  let phones: [DecodedPhone]
  let rejection: Finding?

  var byteCount: Int { (labels.count + frameClasses.count) * 4 + phones.count * 24 }
}

/// The stage that turns log posteriors into classes of frames and, with a loop, into phones.
struct UtteranceRecognition: Sendable {
  let classCount: Int
  /// Nil for frames alone.
  let loop: PhoneLoop?

  private struct State {
    let decoder: PhoneDecoder?
    var labels: [Int32] = []
    var frameClasses: [Int32] = []
    var phones: [DecodedPhone] = []
  }

  func stage(workers: Int) -> Stage<PosteriorBlock, Transcription> {
    .grouped(
      "PhoneDecoder", workers: workers,
      state: { State(decoder: loop.map { PhoneDecoder($0) }) },
      begin: { state in
        state.decoder?.reset()
        (state.labels, state.frameClasses, state.phones) = ([], [], [])
      },
      each: { state, block, sender in
        take(block, &state)
        guard block.isLast else { return }
        if let decoder = state.decoder { state.phones += decoder.finish() }
        try await sender.send(
          Transcription(
            context: block.context, labels: state.labels, frameClasses: state.frameClasses,
            phones: state.phones, rejection: block.rejection))
      })
  }

  private func take(_ block: PosteriorBlock, _ state: inout State) {
    state.labels += block.labels
    block.logPosteriors.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress, block.frameCount > 0 else { return }
      for frame in 0..<block.frameCount {
        let row = base + frame * classCount
        var best = 0
        for c in 1..<max(1, classCount) where row[c] > row[best] { best = c }
        state.frameClasses.append(Int32(best))
      }
      if let decoder = state.decoder {
        state.phones += decoder.accept(base, count: block.frameCount)
      }
    }
  }
}

/// A graph that recognises utterances and hands what was recognised, in order, to `take`.
///
///     Corpus -> AudioReader -> FrontEnd -> FrameClassifier -PosteriorBlock-> PhoneDecoder -Transcription-> Scorer
struct RecognitionGraph: Sendable {
  var source: FeatureSource
  let classification: FrameClassification
  let recognition: UtteranceRecognition

  func makeGraph(
    _ name: String, places: [Int], _ take: @escaping @Sendable (Transcription) async throws -> Void
  ) -> GraphBlueprint {
    let blueprint = GraphBlueprint(name)
    let features = source.join(to: blueprint, places: places)
    let posteriors = blueprint.join(
      features, to: classification.stage(workers: source.jobs), capacity: 4)
    let transcriptions = blueprint.join(
      posteriors, to: recognition.stage(workers: source.jobs), capacity: 4)
    blueprint.join(transcriptions, to: Sink<Transcription>.each("Scorer", take), capacity: 16)
    return blueprint
  }
}
