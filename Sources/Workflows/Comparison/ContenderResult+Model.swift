import FrontEnds
import Learning
import Recognition
import Scoring
import TrainedModels

extension ContenderResult {
  /// The facts of the first seed's model, with all seeds' scores.
  init(_ contender: TrainedContender, _ results: [SeedResult], _ cost: ContenderCost) throws {
    let model = try TrainedModel(path: contender.runs[0].path)
    let recognizer = try model.makeRecognizer()
    let values = try model.values(of: recognizer)
    let (frozen, trained) = (recognizer.features.frozen(values), recognizer.features.frontEnd)
    let posteriors = PosteriorStream(recognizer.classifier, values: values)
    let counts = recognizer.declaration.parameters.map { ($0.tensor.name, $0.tensor.count) }
    let ofFrontEnd = counts.filter { $0.0.hasPrefix("frontend.") }.reduce(0) { $0 + $1.1 }
    self.init(
      name: contender.planned.name, frontEnd: frozen.summary, classifier: recognizer.classifier.summary,
      frontEndParameters: ofFrontEnd, parameters: recognizer.parameterCount, channels: frozen.channels,
      operationsPerFrame: trained?.operationsPerFrame,
      classifierOperationsPerFrame: recognizer.classifier.operationsPerFrame,
      latencyFrames: frozen.measuring.isEmpty
        ? posteriors.latencyFrames.map { $0 + frozen.latencyFrames } : nil,
      trials: contender.trials,
      seeds: results, cost: cost,
      responses: trained.flatMap {
        FilterResponses($0, start: ModelValues(recognizer.declaration), now: values)
      })
  }
}

extension FilterResponses {
  /// Nil for a front end that learns no filters.
  init?(_ frontEnd: TrainableFrontEnd, start: ModelValues, now: ModelValues) {
    let nyquist = Double(frontEnd.source.timing.sampleRateHertz) / 2
    let frequencies = (0...Self.steps).map { Double($0) * nyquist / Double(Self.steps) }
    guard let before = frontEnd.toneResponses(start, frequenciesHertz: frequencies),
      let after = frontEnd.toneResponses(now, frequenciesHertz: frequencies)
    else { return nil }
    self.init(frequenciesHertz: frequencies, start: before, now: after)
  }

  /// Tones at which responses are measured, from 0 to Nyquist's.
  private static let steps = 160
}
