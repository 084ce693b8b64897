import Archives
import Corpus
import DataManifests
import Files
import Foundations
import FrontEnds
import Learning
import Recognition
import StageGraph
package import Stages
import TrainedModels

extension TrainPlan {
  /// Trains, keeps the best epoch's model and chooses the decoder's weights.
  ///
  /// Each epoch is committed by a checkpoint. Cancelling the task stops the run promptly; what is committed
  /// stays, and a run that resumes ends with the same bits as one that was never stopped.
  package func run(progress: WorkProgress = WorkProgress()) async throws -> TrainReport {
    let start = ContinuousClock.now
    let started = WallClock.now
    ResidentMemory.beginPeak()
    let directory = TrainingDirectory(path: options.runDirectory)
    func contents() throws -> TrainingDirectory.Contents {
      try directory.contents(
        for: configuration, resumes: options.resumes, replacesExisting: options.replacesExisting)
    }
    _ = try contents()
    let set = try await surveyed(progress)
    let claim = try directory.claim()
    defer { withExtendedLifetime(claim) {} }
    // Meanwhile another training may have begun and ended here.
    try directory.begin(configuration, try contents())
    let run = try trainingRun(directory, set)
    let graph = TrainGraph(
      source: set.source, indices: set.train.indices, context: recognizer.context, options: options.training,
      progress: progress)
    let epochsBefore = run.history.epochs.count
    progress.enter(.training)
    progress.training.begin(
      epochs: options.training.epochs, steps: set.totalSteps, stepsDone: run.optimizer.steps)
    try directory.writeHistory(run.history)
    while !run.isFinished {
      progress.training.enter(epoch: run.history.epochs.count + 1)
      try await run.runEpoch(
        graph,
        observe: { progress.training.finishStep(frames: $0.frames, loss: $0.mean) },
        measure: { try await devErrors(of: set.dev.indices, $0, set.source) })
      try claim.confirm()
      try directory.commit(run, configuration)
      if let last = run.history.epochs.last {
        progress.training.finishEpoch(devErrorRate: last.devErrorRate)
      }
    }
    var report = try await finish(directory, run.history, set, progress)
    report.epochsDone = run.history.epochs.count - epochsBefore
    report.framesTrained = progress.training.snapshot.ownFrames
    report.wallSeconds = (ContinuousClock.now - start) / .seconds(1)
    try directory.appendProvenance([
      "time": .string(started), "host": .string(WallClock.hostName),
      "command": .array(options.commandLine.map { .string(withoutPaths($0)) }),
      "epochs_done": .integer(Int64(report.epochsDone)), "wall_seconds": .number(report.wallSeconds),
      "peak_memory_bytes": ResidentMemory.peakBytes.map { .integer(Int64($0)) } ?? .null,
    ])
    return report
  }

  /// A word of the command line, without the path of the corpus: a RUN holds no path of it.
  private func withoutPaths(_ word: String) -> String {
    for (path, name) in [
      (options.corpus.path, "CORPUS"), (options.corpus.root, "ROOT"), (options.features.storedIn, "FEATURES"),
      (options.corpus.options.labels.location, "LABELS"), (options.corpus.options.phoneFile, "PHONES"),
    ] {
      if let path, !path.isEmpty, word.hasSuffix(path) { return word.dropLast(path.count) + name }
    }
    return word
  }

  /// The surveyed utterances, and the number of steps.
  struct SurveyedSet: Sendable {
    /// Rows that segments are cut from.
    let source: FeatureSource
    let train: LabelSurvey
    let dev: LabelSurvey
    let segments: Int
    let totalSteps: Int
  }

  /// Opens every utterance once and counts, and normalizes the features where that was asked for.
  func surveyed(_ progress: WorkProgress) async throws -> SurveyedSet {
    let (train, dev) = try await labelSurveys(progress)
    let segments = train.segmentCount(segmentFrames: options.training.segmentFrames)
    let batches = (segments + options.training.batchSegments - 1) / options.training.batchSegments
    return SurveyedSet(
      source: try await source(for: train.indices + dev.indices, progress), train: train, dev: dev,
      segments: segments, totalSteps: batches * options.training.epochs)
  }

  /// Opens every utterance once and counts; refuses a corpus with more bad utterances than are allowed.
  func labelSurveys(_ progress: WorkProgress) async throws -> (train: LabelSurvey, dev: LabelSurvey) {
    try await trainSource.requireFresh(self.train.indices + self.dev.indices, progress: progress)
    let train = try await LabelSurvey(of: self.train.indices, source: trainSource, progress: progress)
    let dev = try await LabelSurvey(of: self.dev.indices, source: trainSource, progress: progress)
    // An utterance without a name is of no split: every training could have had it.
    let unnamed = catalog.unnamedFindings.rejections
    let rejects = unnamed + self.train.rejects + self.dev.rejects + train.rejects + dev.rejects
    let total =
      self.train.indices.count + self.dev.indices.count + self.train.rejects.count + self.dev.rejects.count
      + unnamed.count
    guard options.rejectLimit.allows(rejects.count, of: total) else {
      throw WorkflowError.tooManyRejects(
        corpus: options.corpus.path, split: nil, rejects: rejects, utterances: total)
    }
    for (survey, split) in [(train, self.train.split), (dev, self.dev.split)]
    where survey.labeledFrames == 0 {
      throw WorkflowError.noLabeledFrame(corpus: options.corpus.path, split: split, findings: [])
    }
    return (train, dev)
  }

  /// The rows, from audio or as they are stored, normalized where that was asked for.
  private func source(for indices: [Int], _ progress: WorkProgress) async throws -> FeatureSource {
    var source = trainSource
    if case .frontEnd(let spec, storedIn: let path?) = options.features,
      case .frontEnd(let frontEnd) = source.origin
    {
      let stored = try await StoredFeatures(
        path, frontEnd: spec, source: source, indices: indices, progress: progress)
      source.origin = .stored(stored, of: frontEnd)
    }
    source.normalization = try await FeatureNormalization.make(
      configuration.features, indices: indices, source: source, progress: progress)
    return source
  }

  /// A training from its beginning, or from the checkpoint that is there.
  private func trainingRun(_ directory: TrainingDirectory, _ set: SurveyedSet) throws -> TrainingRun {
    if let (checkpoint, history) = try directory.checkpoint(of: recognizer, configuration) {
      // Another count of segments means another order and other rates: not what was begun.
      let steps = set.totalSteps / options.training.epochs * history.epochs.count
      guard
        checkpoint.schedule.schedule == options.training.learningRateSchedule(totalSteps: set.totalSteps),
        checkpoint.schedule.idleEpochs <= history.epochs.count,
        checkpoint.position.seed == options.training.seed, checkpoint.optimizer.steps == steps,
        checkpoint.position.step == steps, history.epochs.last?.steps ?? 0 == steps
      else {
        throw WorkflowError.anotherTraining(
          path: directory.path, epochs: history.epochs.count, expectedSteps: steps,
          foundSteps: checkpoint.optimizer.steps)
      }
      return TrainingRun(
        recognizer, options: options.training, checkpoint: checkpoint, history: history, jobs: options.jobs)
    }
    return TrainingRun(
      recognizer, options: options.training, statistics: set.train.statistics, totalSteps: set.totalSteps,
      jobs: options.jobs)
  }

  /// Chooses the decoder's weights for the best model and writes the summary of the training.
  private func finish(
    _ directory: TrainingDirectory, _ history: TrainingHistory, _ set: SurveyedSet, _ progress: WorkProgress
  ) async throws -> TrainReport {
    let model = try TrainedModel(path: directory.path(of: TrainingDirectory.modelName))
    try configuration.requireBegun(model.description.configuration.json, path: model.path)
    guard let best = history.best, model.description.epoch == best else {
      throw CheckpointError.metadata(
        path: model.path, field: "epoch", expected: "epoch \(history.best?.epoch ?? 0), the best",
        found: "epoch \(model.description.epoch.epoch)")
    }
    let values = try model.values(of: recognizer)
    let choice = try await DecodingChoice(
      self, values: values, source: set.source,
      classes: try ScoredClasses(configuration.folding, of: configuration.phones), indices: set.dev.indices,
      progress: progress)
    // The best epoch may be one before the training was extended.
    let description = ModelDescription(
      configuration: configuration, epoch: model.description.epoch, decoding: choice.best.options)
    try directory.write(values, of: recognizer, description)
    let summary = TrainingSummary(
      frontEnd: recognizer.features.frozen(values).summary, classifier: recognizer.classifier.summary,
      parameters: recognizer.parameterCount, trainUtterances: set.train.indices.count,
      trainFrames: set.train.labeledFrames, devUtterances: set.dev.indices.count, segments: set.segments,
      calibrationLeftOut: train.calibrationCount + dev.calibrationCount, history: history,
      decoding: choice.best.options, decodingTrials: choice.trials.count, devPhoneErrors: choice.best.errors,
      devReferencePhones: choice.best.referencePhones)
    try directory.writeSummary(summary)
    return TrainReport(
      directory: directory.path, summary: summary,
      rejects: catalog.unnamedFindings.rejections + train.rejects + dev.rejects + set.train.rejects
        + set.dev.rejects,
      unlabeled: train.unlabeled + dev.unlabeled,
      unknownPhones: (set.train.unknownPhones + set.dev.unknownPhones).mergingUnknownPhones,
      devSpeakers: devSpeakers(set.dev.indices), history: history,
      scoredClassCount: configuration.phones.scored(configuration.folding).classCount, epochsDone: 0,
      framesTrained: 0, wallSeconds: 0)
  }

  /// The graph of an epoch as text.
  package func drawing() -> GraphBlueprintDrawing {
    let graph = TrainGraph(
      source: trainSource, indices: [], context: recognizer.context, options: options.training,
      progress: WorkProgress())
    return GraphBlueprintDrawing(graph.makeGraph(epoch: 0) { _ in })
  }
}
