package import Corpus
import DataManifests
import Files
import Foundations
import FrontEnds
import Scoring
package import Stages
import TrainedModels

/// Everything a comparison needs to know before it trains or scores.
package struct ComparisonPlan: Sendable {
  package let options: ComparisonOptions
  let scoring: TestScoring
  let contenders: [PlannedContender]

  package var catalog: CorpusCatalog { scoring.catalog }
  package var testSplit: String { scoring.split }
  var directory: ComparisonDirectory { scoring.directory }

  /// Catalogs the corpus and checks contenders and options; opens no audio and writes nothing.
  ///
  /// - Throws: ``WorkflowError``, and what the plan of a training throws; cancelling the task ends it
  ///   promptly.
  package init(_ options: ComparisonOptions, progress: WorkProgress = WorkProgress()) throws {
    try Self.check(options)
    self.options = options
    let named = try NamedContender.all(
      of: options.contenders, seedCount: options.seedCount, firstSeed: options.firstSeed)
    let runs: [[TrainedRun]] = try named.map { named in
      guard case .runs(let paths) = named.contender else { return [] }
      return try PlannedContender.runs(at: paths)
    }
    let common = runs.contains(where: \.isEmpty) ? try options.training(trial: 0) : nil
    let scoring = try TestScoring(
      options.test, directory: ComparisonDirectory(path: options.outputDirectory),
      trained: runs.flatMap { $0 }, training: common, progress: progress)
    self.scoring = scoring
    contenders = try zip(named, runs).map {
      PlannedContender($0, try Self.training(of: $0.contender, $1, options, scoring))
    }
    for planned in contenders {
      try scoring.requireUnseenSpeakers(trainedOn: try splits(ofTraining: planned))
    }
  }

  private static func check(_ options: ComparisonOptions) throws(WorkflowError) {
    guard !options.outputDirectory.isEmpty else { throw .outputUnnamed }
    guard options.contenders.count >= 2 else { throw .tooFewContenders(found: options.contenders.count) }
    guard options.contenders.count <= maximumContenders else {
      throw .tooManyContenders(found: options.contenders.count, allowed: maximumContenders)
    }
    for contender in options.contenders {
      guard case .runs(let paths) = contender else { continue }
      guard paths.count == options.seedCount else {
        throw .seedCountDiffers(contender.name, seeds: options.seedCount, runs: paths.count)
      }
      guard options.trials.count == 1 else { throw .trialsOfRuns(contender.name) }
    }
    for case .trained(let request) in options.contenders where request.settings["seed"] != nil {
      throw .seedOfContender(request.description)
    }
    let hasExternal = options.contenders.contains { if case .external = $0 { true } else { false } }
    guard options.labelShift == nil || hasExternal else { throw .labelShiftWithoutExternal }
  }

  private static let maximumContenders = 200

  /// Finds out what is trained; features made elsewhere are read once, to know their channels and their
  /// digest.
  private static func training(
    of contender: Contender, _ runs: [TrainedRun], _ options: ComparisonOptions, _ scoring: TestScoring
  ) throws -> PlannedContender.Training {
    switch contender {
    case .trained(let request): return .frontEnd(request)
    case .runs: return .done(runs)
    case .external(let folder):
      let training = try options.training(trial: 0)
      let used = [
        (training.trainSplit, SplitRole.training), (training.devSplit, .development),
        (scoring.split, .test),
      ]
      let indices = try used.flatMap {
        try UtteranceSelection(
          split: $0, role: $1, of: scoring.catalog, splits: scoring.splits,
          includesCalibration: training.includesCalibration
        ).indices
      }
      let keys: [String] = Set(indices).sorted().map { scoring.catalog.utterances[$0].key }
      let features = try ExternalFeatureFolder(folder, labelShift: options.labelShift)
      let (channels, sha256) = try features.survey(keys)
      let spec = try ExternalFeatureSpec(
        framing: try options.features.externalFraming(), channels: channels,
        labelShift: options.labelShift ?? 0)
      return .external(.init(spec: spec, folder: features, sha256: sha256))
    }
  }

  /// The utterances that a contender is trained on and chosen by.
  ///
  /// - Throws: ``WorkflowError`` for a run of another corpus: the speakers that it was trained on are not
  ///   known then.
  private func splits(ofTraining planned: PlannedContender) throws -> [TestScoring.TrainedSplit] {
    guard planned.isTrainedHere else {
      return try planned.runs.flatMap { run in
        guard let splits = try scoring.splits(ofTraining: run) else {
          throw WorkflowError.runOfAnotherCorpus(path: run.path)
        }
        return splits
      }
    }
    let plan = try TrainPlan(try trainOptions(planned, seed: planned.seeds[0], trial: 0))
    try plan.configuration.require(catalog.phoneSet, model: planned.name)
    for trial in options.trials.indices.dropFirst() {
      _ = try TrainPlan(try trainOptions(planned, seed: planned.seeds[0], trial: trial))
    }
    return [plan.train, plan.dev].map { ($0.split, $0.indices) }
  }

  /// The graph of a training of the first contender that is trained; of scoring the first run where none is.
  package func drawing() throws -> GraphBlueprintDrawing {
    if let planned = contenders.first(where: \.isTrainedHere) {
      return try TrainPlan(try trainOptions(planned, seed: planned.seeds[0], trial: 0)).drawing()
    }
    return try Evaluation(EvaluateOptions(model: contenders[0].runs[0].path, test: options.test)).drawing()
  }

  /// The contents of `config.json`: what is measured and tried.
  ///
  /// Each RUN has a configuration of its own.
  var configurationJSON: JSONValue {
    [
      "version": .integer(ComparisonDirectory.version),
      "kind": .string(ComparisonDirectory.Kind.comparison.rawValue),
      "split": .string(testSplit),
      "measure": .string(options.measure.rawValue),
      "trials": .array(
        options.trials.map { .object($0.map { JSONField($0.name, .string($0.value.text)) }) }),
      "test_sha256": .string(scoring.sha256),
      "arithmetic_fingerprint": .string(scoring.fingerprint),
      "given_features": .object(
        contenders.compactMap { planned in
          planned.external.map { JSONField(planned.fileName, .string($0.sha256)) }
        }),
    ]
  }
}
