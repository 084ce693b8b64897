import Corpus
import DataManifests
import Files
import FrontEnds
import Scoring
import Stages
import TrainedModels

extension ComparisonPlan {
  /// Opens every utterance once, before anything is trained, and refuses what the comparison would refuse at
  /// its end: too many bad test utterances, speakers with nothing to score, utterances that one contender can
  /// use and another cannot.
  ///
  /// Does nothing where every training is there already.
  func requireComparable(_ progress: WorkProgress) async throws {
    guard try hasTrainingLeft() else { return }
    progress.enter(task: "survey")
    var surveys: [(plan: TrainPlan, folder: String?, survey: Survey)] = []
    var first: (name: String, survey: Survey)?
    for planned in contenders where planned.isTrainedHere {
      let plan = try TrainPlan(try trainOptions(planned, seed: planned.seeds[0], trial: 0))
      let timing = plan.trainSource.features.timing
      // Most contenders cut the same frames.
      let held = surveys.first {
        $0.folder == planned.external?.folder.folder && $0.plan.trainSource.features.timing == timing
      }
      let survey: Survey
      if let held {
        survey = held.survey
      } else {
        survey = try await Survey(self, plan, planned, progress)
        surveys.append((plan, planned.external?.folder.folder, survey))
      }
      guard let baseline = first else {
        first = (planned.name, survey)
        continue
      }
      try requirePairs(baseline.survey, survey, planned.name)
    }
    for run in contenders.flatMap(\.runs) {
      guard let survey = first?.survey else { break }
      let counts = (survey.train, survey.dev)
      guard (run.summary.trainUtterances, run.summary.devUtterances) == counts else {
        throw WorkflowError.trainingsNotPaired(
          run.path, expected: counts, found: (run.summary.trainUtterances, run.summary.devUtterances))
      }
    }
    progress.enter(task: "")
  }

  private func hasTrainingLeft() throws -> Bool {
    if options.replacesExisting { return contenders.contains(where: \.isTrainedHere) }
    let recorded = try directory.choices(measure: options.measure)
    return try contenders.contains { planned in
      guard planned.isTrainedHere else { return false }
      let chosen = recorded.first { $0.contender == planned.fileName }?.trials.firstIndex(where: \.isChosen)
      guard let chosen else { return true }
      return try planned.seeds.contains { seed in
        let path = directory.runPath(runName(planned, seed: seed, trial: chosen))
        // What a training writes last.
        return try FileStore().status("\(path)/\(TrainingDirectory.summaryName)") == nil
      }
    }
  }

  private func requirePairs(_ first: Survey, _ other: Survey, _ name: String) throws {
    guard (first.train, first.dev) == (other.train, other.dev) else {
      throw WorkflowError.trainingsNotPaired(
        name, expected: (first.train, first.dev), found: (other.train, other.dev))
    }
    guard let index = Set(first.test).symmetricDifference(other.test).min() else { return }
    throw ScoringError.utteranceUnpaired(utterance: catalog.utterances[index].key)
  }

  /// The utterances that a contender can be trained on, chosen by and scored on.
  private struct Survey {
    let train: Int
    let dev: Int
    let test: [Int]

    /// - Throws: ``WorkflowError`` for too many bad utterances, ``ScoringError`` for a test speaker with
    ///   nothing to score.
    init(
      _ comparison: ComparisonPlan, _ plan: TrainPlan, _ planned: PlannedContender, _ progress: WorkProgress
    ) async throws {
      let labels = try await plan.labelSurveys(progress)
      (train, dev) = (labels.train.indices.count, labels.dev.indices.count)
      let (options, selection) = (comparison.options.test, comparison.scoring.selection)
      let source = try FeatureSource(
        catalog: comparison.catalog, origin: plan.trainSource.origin,
        foldings: [comparison.scoring.scored],
        channel: options.channel ?? plan.configuration.channel, jobs: options.jobs)
      try await source.requireFresh(selection.indices, progress: progress)
      let tested = try await LabelSurvey(of: selection.indices, source: source, progress: progress)
      let unnamed = comparison.catalog.unnamedFindings.rejections
      let rejects = unnamed + selection.rejects + tested.rejects
      guard
        options.rejectLimit.allows(
          rejects.count, of: unnamed.count + selection.indices.count + selection.rejects.count)
      else {
        throw WorkflowError.tooManyRejects(
          corpus: options.corpus.path, split: selection.split, rejects: rejects, utterances: nil)
      }
      for (speaker, labeled) in tested.labeledBySpeaker.sorted(by: { $0.key < $1.key })
      where labeled.frames == 0 || labeled.phones == 0 {
        throw ScoringError.invalidCount(contender: planned.name, speaker: speaker, errors: 0, total: 0)
      }
      guard !tested.indices.isEmpty else {
        throw WorkflowError.noLabeledFrame(
          corpus: options.corpus.path, split: selection.split, findings: rejects + selection.unlabeled)
      }
      test = tested.indices
    }
  }
}
