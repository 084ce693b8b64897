import Corpus
import Files
import Recognition
import Scoring
package import Stages
import TrainedModels

extension ComparisonPlan {
  /// Trains what is not trained, scores each model once on the test speakers, and compares.
  ///
  /// Finished work is committed and not done again: killed at any time, the same call goes on from there.
  /// Writes `comparison.json`; the page is made from what is returned.
  ///
  /// - Throws: ``WorkflowError`` and what its trainings and evaluations throw; cancelling the task ends it
  ///   promptly.
  package func run(progress: WorkProgress = WorkProgress()) async throws -> ComparisonReport {
    let claim = try directory.begin(configurationJSON, replacesExisting: options.replacesExisting)
    defer { withExtendedLifetime(claim) {} }
    try await requireComparable(progress)
    let trained = try await trainedContenders(progress)
    let scores = try await scoring.scores(trained, progress)
    progress.enter(task: "statistics")
    try requirePairs(trained)
    var report = try scoring.report(trained, scores, measure: options.measure, command: options.command)
    let first = trained[0].runs[0]
    report.leftOut.train = try leftOut(of: first.configuration.trainSplit, .training, first)
    report.leftOut.dev = try leftOut(of: first.configuration.devSplit, .development, first)
    report.earlierTestUses = try directory.recordTestUse([
      "rows": .array(contenders.map { .string($0.name) }),
      "seeds": .array(report.seeds.map { .integer(Int64(bitPattern: $0)) }),
    ]).count
    report.comparisons = try comparisons(report.contenders, report.testSpeakers)
    report.seedTests = try seedTests(report.contenders, report.testSpeakers)
    try Task.checkCancellation()
    try directory.write(report)
    return report
  }

  /// Refuses contenders that were not trained on the same utterances.
  private func requirePairs(_ trained: [TrainedContender]) throws(WorkflowError) {
    let first = trained[0].runs[0]
    for contender in trained {
      for run in contender.runs
      where run.summary.trainUtterances != first.summary.trainUtterances
        || run.summary.devUtterances != first.summary.devUtterances
      {
        throw .trainingsNotPaired(
          contender.planned.name, expected: (first.summary.trainUtterances, first.summary.devUtterances),
          found: (run.summary.trainUtterances, run.summary.devUtterances))
      }
    }
  }

  /// Utterances of a split that a run was not trained on or chosen by.
  private func leftOut(of split: String, _ role: SplitRole, _ run: TrainedRun) throws -> Int {
    guard scoring.splits.members(of: split) != nil else { return 0 }
    let selection = try UtteranceSelection(
      split: split, role: role, of: catalog, splits: scoring.splits,
      includesCalibration: run.configuration.includesCalibration)
    let used = role == .training ? run.summary.trainUtterances : run.summary.devUtterances
    return selection.indices.count + selection.rejects.count + selection.unlabeled.count - used
  }

  // MARK: Statistics

  private func contenderErrors(
    _ contender: ContenderResult, _ measure: ErrorMeasure, _ speakers: [TestSpeaker]
  ) throws -> ContenderErrors {
    let voices = Dictionary(speakers.map { ($0.name, $0.voice) }, uniquingKeysWith: { first, _ in first })
    // Seeds are paired by their order: a contender that comes again, or was trained before, has others.
    return try ContenderErrors(
      name: contender.name,
      scores: zip(contenders[0].seeds, contender.seeds).map { ($0, $1.errorCounts(measure)) }, voices: voices)
  }

  private func comparisons(
    _ contenders: [ContenderResult], _ speakers: [TestSpeaker]
  ) throws -> [MeasuredComparison] {
    let measures = [options.measure] + ErrorMeasure.allCases.filter { $0 != options.measure }
    return try measures.map { measure in
      let errors = try contenders.map { try contenderErrors($0, measure, speakers) }
      return MeasuredComparison(
        measure: measure,
        comparison: try Comparison(
          baseline: errors[0], contenders: Array(errors.dropFirst()), options: options.statistics))
    }
  }

  private func seedTests(
    _ contenders: [ContenderResult], _ speakers: [TestSpeaker]
  ) throws -> [ContenderSeedTests] {
    let baseline = try contenderErrors(contenders[0], options.measure, speakers)
    return try contenders.dropFirst().flatMap { contender -> [ContenderSeedTests] in
      let pair = try PairedContenders(
        baseline: baseline, contender: try contenderErrors(contender, options.measure, speakers))
      return try contender.seeds.indices.map { index in
        try Task.checkCancellation()
        return ContenderSeedTests(
          contender: contender.name, seed: contender.seeds[index].seed,
          tests: try SeedComparison(
            contender: contender.seeds[index].utterances, baseline: contenders[0].seeds[index].utterances),
          bootstrap: try Bootstrap(pair, seedIndex: index, options: options.statistics))
      }
    }
  }
}
