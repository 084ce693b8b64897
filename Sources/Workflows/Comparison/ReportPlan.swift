import Corpus
import DataManifests
import Files
package import Stages
import TrainedModels

/// Everything a report on trained runs needs to know before it scores.
package struct ReportPlan: Sendable {
  package let options: ReportOptions
  private let scoring: TestScoring
  private let contenders: [PlannedContender]

  /// Catalogs the corpus and checks the runs; opens no audio and writes nothing.
  ///
  /// - Throws: ``WorkflowError``, and what reading a run throws; cancelling the task ends it promptly.
  package init(_ options: ReportOptions, progress: WorkProgress = WorkProgress()) throws {
    guard !options.outputDirectory.isEmpty else { throw WorkflowError.outputUnnamed }
    guard !options.runs.isEmpty else { throw WorkflowError.noRuns }
    self.options = options
    let named = try NamedContender.all(
      of: options.runs.map { .runs([$0]) }, seedCount: 1, firstSeed: 1)
    let runs = try options.runs.map { try PlannedContender.runs(at: [$0]) }
    scoring = try TestScoring(
      options.test, directory: ComparisonDirectory(path: options.outputDirectory),
      trained: runs.flatMap { $0 }, progress: progress)
    contenders = zip(named, runs).map { PlannedContender($0, .done($1)) }
    for run in contenders.flatMap(\.runs) {
      // Of a run of another corpus the speakers that it was trained on are not known.
      try scoring.requireUnseenSpeakers(trainedOn: try scoring.splits(ofTraining: run) ?? [])
    }
  }

  /// Scores each model once on the test speakers; what is done is not done again.
  ///
  /// Writes `comparison.json`; the page is made from what is returned.
  ///
  /// - Throws: ``WorkflowError`` and what the evaluations throw; cancelling the task ends it promptly.
  package func run(progress: WorkProgress = WorkProgress()) async throws -> ComparisonReport {
    let claim = try scoring.directory.begin(configurationJSON, replacesExisting: false)
    defer { withExtendedLifetime(claim) {} }
    let trained = contenders.map(TrainedContender.init(runsOf:))
    let scores = try await scoring.scores(trained, progress)
    let report = try scoring.report(trained, scores, measure: .phonesStrict, command: options.command)
    try Task.checkCancellation()
    try scoring.directory.write(report)
    return report
  }

  private var configurationJSON: JSONValue {
    [
      "version": .integer(ComparisonDirectory.version),
      "kind": .string(ComparisonDirectory.Kind.report.rawValue),
      "split": .string(scoring.split),
      "test_sha256": .string(scoring.sha256),
      "arithmetic_fingerprint": .string(scoring.fingerprint),
    ]
  }
}
