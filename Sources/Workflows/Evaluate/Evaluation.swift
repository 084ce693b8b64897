package import Corpus
import DataManifests
import Foundations
import FrontEnds
import Learning
package import Recognition
import Scoring
import StageGraph
package import Stages
package import TrainedModels

/// Everything an evaluation needs to know before it reads audio.
package struct Evaluation: Sendable {
  package let options: EvaluateOptions
  package let catalog: CorpusCatalog
  package let recognizer: FrameRecognizer
  package let configuration: TrainingConfiguration
  private let modelPath: String
  private let epoch: Int
  private let chosenDecoding: PhoneDecodingOptions?
  private let selection: UtteranceSelection
  private let classes: ScoredClasses
  private let knownSpeakers: KnownSpeakers?
  private let graph: RecognitionGraph
  private let summary: String

  /// Reads the model and catalogs the corpus; opens no audio.
  ///
  /// Canceling the task ends it promptly.
  package init(_ options: EvaluateOptions, progress: WorkProgress = WorkProgress()) throws {
    self.options = options
    let model = try TrainedModel(path: options.model)
    modelPath = options.model
    configuration = model.description.configuration
    epoch = model.description.epoch.epoch
    chosenDecoding = model.description.decoding
    recognizer = try model.makeRecognizer()
    let values = try model.values(of: recognizer)
    catalog = try options.test.corpus.open(progress: progress, modelPhones: configuration.phones)
    try configuration.require(catalog.phoneSet, model: model.path)
    let splits = catalog.splits()
    selection = try UtteranceSelection(
      split: options.test.split ?? splits.defaultTestSplit, role: .test, of: catalog, splits: splits,
      includesCalibration: options.test.includesCalibration)
    let utterances = catalog.utterances
    let speakers = Set(selection.indices.map { utterances[$0].speaker })
    knownSpeakers = try TrainedSplits(configuration, in: catalog, splits)?.known(speakers, in: catalog)
    classes = try ScoredClasses(
      configuration.folding, of: configuration.phones,
      scored: options.scoredClasses.flatMap(configuration.phones.folding(named:)))
    try FeatureNormalization.check(
      configuration.features, learns: recognizer.features.layer != nil)
    guard recognizer.features.frontEnd != nil || options.externalFolder != nil else {
      throw TrainedModelError.externalFeatures(path: options.model)
    }
    summary = recognizer.features.frozen(values).summary
    let loop = recognizer.phoneLoop(values, options: chosenDecoding ?? PhoneDecodingOptions())
    let source = try FeatureSource(
      catalog: catalog,
      origin: try .init(recognizer.features, values: values, folder: options.externalFolder),
      foldings: [configuration.folding], channel: options.test.channel ?? configuration.channel,
      jobs: options.test.jobs)
    graph = RecognitionGraph(
      source: source,
      classification: FrameClassification(recognizer: recognizer, values: values),
      recognition: UtteranceRecognition(classCount: recognizer.classCount, loop: loop))
  }

  /// Recognizes and scores.
  ///
  /// - Parameter observe: is given what was recognized, utterance by utterance in key order.
  ///
  /// Canceling the task ends it promptly.
  package func run(
    progress: WorkProgress = WorkProgress(), observe: (@Sendable (RecognizedUtterance) -> Void)? = nil
  ) async throws -> EvaluationReport {
    let start = ContinuousClock.now
    let sums = Guarded(try Sums(classes))
    let classes = self.classes
    let scorers = try PhoneScoringConvention.allCases.map {
      try PhoneScorer(table: classes.table, convention: $0)
    }
    var graph = graph
    try await graph.source.requireFresh(selection.indices, progress: progress)
    graph.source.normalization = try await FeatureNormalization.make(
      configuration.features, indices: selection.indices, source: graph.source,
      progress: progress)
    progress.enter(
      .working, items: selection.indices.count,
      bytes: selection.indices.reduce(0) { $0 + catalog.utterances[$1].audioByteCount })
    let blueprint = graph.makeGraph("evaluate", indices: selection.indices) { transcription in
      let utterance = transcription.context.utterance
      var result: Result<Void, any Error> = .success(())
      sums.withLock { sums in
        result = Result { try sums.add(transcription, classes, scorers) }
      }
      try result.get()
      if let observe, let recognized = recognized(transcription) { observe(recognized) }
      progress.advance(
        bytes: utterance.audioByteCount,
        audioSeconds: transcription.context.content?.audio.durationSeconds ?? 0)
      progress.finishItem(rejected: transcription.rejection != nil)
    }
    let meters = try await blueprint.run()
    try Task.checkCancellation()
    let found = sums.withLock { $0 }
    let unnamed = catalog.unnamedFindings.rejections
    let rejects = unnamed + selection.rejects + found.rejects
    guard found.frames.total.frameCount > 0 else {
      throw WorkflowError.noLabeledFrame(
        corpus: options.test.corpus.path, split: selection.split, findings: rejects + selection.unlabeled)
    }
    return EvaluationReport(
      model: modelPath, frontEnd: summary, frontEndRequest: configuration.features.description,
      seed: configuration.training.seed, epoch: epoch, split: selection.split, symbols: classes.symbols,
      scoredSymbols: classes.scoredSymbols, decoding: chosenDecoding ?? PhoneDecodingOptions(),
      isDecodingChosen: chosenDecoding != nil, frames: found.frames, scoredFrames: found.scoredFrames,
      phones: found.phones, utterances: found.utterances, calibrationLeftOut: selection.calibrationCount,
      rejects: rejects, unlabeled: selection.unlabeled, meters: meters,
      audioSeconds: progress.snapshot.audioSeconds,
      wallSeconds: (ContinuousClock.now - start) / .seconds(1),
      knownSpeakers: knownSpeakers.flatMap { $0.isNone ? nil : $0 },
      exceedsRejectLimit: !options.test.rejectLimit.allows(
        rejects.count, of: unnamed.count + selection.indices.count + selection.rejects.count))
  }

  /// The graph as text.
  package func drawing() -> GraphBlueprintDrawing {
    GraphBlueprintDrawing(graph.makeGraph("evaluate", indices: []) { _ in })
  }

  /// The recognized and the reference phones; nil for an utterance without labels.
  private func recognized(_ transcription: Transcription) -> RecognizedUtterance? {
    guard transcription.rejection == nil, let content = transcription.context.content,
      let track = content.phones
    else {
      return nil
    }
    let utterance = transcription.context.utterance
    let labels = graph.source.labels(
      track, rate: content.audio.sampleRateHertz, folding: catalog.phoneSet.identity,
      rows: transcription.frameClasses.count)
    return RecognizedUtterance(
      key: utterance.key, speaker: utterance.speaker, voice: utterance.voice,
      labels: labels,
      classes: transcription.frameClasses.map { classes.scoredClass[Int($0)] },
      reference: classes.reference(track), recognized: classes.hypothesis(transcription.phones))
  }

  /// Scores as utterances come in.
  private struct Sums: Sendable {
    var frames: FrameScores
    var scoredFrames: FrameScores
    var phones: [PhoneScores]
    var utterances: [EvaluationReport.ScoredUtterance] = []
    var rejects: [Finding] = []

    init(_ classes: ScoredClasses) throws {
      frames = FrameScores(classCount: classes.symbols.count)
      scoredFrames = FrameScores(classCount: classes.scoredSymbols.count)
      phones = PhoneScoringConvention.allCases.map {
        PhoneScores(classCount: classes.scoredSymbols.count, convention: $0)
      }
    }

    mutating func add(
      _ transcription: Transcription, _ classes: ScoredClasses, _ scorers: [PhoneScorer]
    ) throws {
      if let rejection = transcription.rejection { return rejects.append(rejection) }
      let utterance = transcription.context.utterance
      func fold(_ labels: [Int32]) -> [Int32] { labels.map { $0 < 0 ? $0 : classes.scoredClass[Int($0)] } }
      var (own, scored) = (
        FrameTally(classCount: classes.symbols.count), FrameTally(classCount: classes.scoredSymbols.count)
      )
      let (reference, hypothesis) = (transcription.labels, transcription.frameClasses)
      try own.add(reference: reference, hypothesis: hypothesis)
      try scored.add(reference: fold(reference), hypothesis: fold(hypothesis))
      try frames.add(speaker: utterance.speaker, reference: reference, hypothesis: hypothesis)
      try scoredFrames.add(
        speaker: utterance.speaker, reference: fold(reference), hypothesis: fold(hypothesis))
      var errors: [EvaluationReport.PhoneErrors] = []
      if let track = transcription.context.content?.phones {
        for (index, scorer) in scorers.enumerated() {
          let aligned = try scorer.score(
            utterance: utterance.key, speaker: utterance.speaker, reference: classes.reference(track),
            hypothesis: classes.hypothesis(transcription.phones))
          try phones[index].add(aligned)
          errors.append(Self.count(aligned))
        }
      }
      utterances.append(
        EvaluationReport.ScoredUtterance(
          key: utterance.key, speaker: utterance.speaker, voice: utterance.voice, frames: own.frameCount,
          frameErrors: own.errorCount, scoredFrames: scored.frameCount,
          scoredFrameErrors: scored.errorCount, phones: errors))
    }

    private static func count(_ scored: ScoredUtterance) -> EvaluationReport.PhoneErrors {
      func count(_ operation: AlignmentOperation) -> Int {
        scored.alignment.steps.count { $0.operation == operation }
      }
      return EvaluationReport.PhoneErrors(
        convention: scored.convention, referencePhones: scored.alignment.referenceCount,
        substitutions: count(.substitution), deletions: count(.deletion), insertions: count(.insertion))
    }
  }
}
