import Archives
import Corpus
import Files
import Foundations
import FrontEnds
import Learning
import Recognition
import Scoring
import StageGraph
import Stages
import TrainedModels

extension ComparePlan {
  /// Scores each run on the test speakers, unless that was done with the same model and utterances.
  func scores(_ rows: [TrainedRow], _ progress: WorkProgress) async throws -> [[TestScores]] {
    var result: [[TestScores]] = []
    for row in rows {
      var scores: [TestScores] = []
      for run in row.runs {
        progress.enter(task: "test speakers, \(row.entry.name), seed \(run.seed)")
        scores.append(try await self.scores(row, run, progress))
      }
      result.append(scores)
    }
    progress.enter(task: "")
    return result
  }

  /// Of this machine: its vector unit and libraries.
  private var fingerprint: String {
    let frontEnd = try? FrontEndSpec(.mel).makeFrontEnd()
    return "\(frontEnd.map { $0.fingerprint.text } ?? ""); \(AlgebraLibrary.version)"
  }

  private func scores(
    _ row: TrainedRow, _ run: FinishedRun, _ progress: WorkProgress
  ) async throws -> TestScores {
    let chosen = row.trials.firstIndex { $0.isChosen } ?? 0
    let name: String
    if case .runs = row.entry.row {
      name = "\(row.entry.fileName)-s\(run.seed)"
    } else {
      name = runName(row.entry, seed: run.seed, trial: chosen)
    }
    let identity: JSONValue = [
      "model_sha256": .string(run.modelSHA256), "test_sha256": .string(testSHA256),
      "phone_table_sha256": .string(run.configuration.phoneTableSHA256),
      "given_sha256": row.entry.givenSHA256.map { .string($0) } ?? .null,
      "options": .object(
        [SettingName.withSA, .maxBad, .channel].compactMap { name in
          options.flags[name.rawValue].map { JSONField(name.rawValue, .string($0)) }
        }),
      "arithmetic_fingerprint": .string(fingerprint),
    ]
    if let held = try directory.scores(
      name, of: identity, phoneCount: classes.classOfPhone.count, classCount: classes.scoredSymbols.count)
    {
      return held
    }
    var layers = options.settings.saying(
      options.flags.filter {
        [SettingName.jobs, .withSA, .maxBad, .channel].map(\.rawValue).contains($0.key)
      })
    var evaluating = try EvaluateOptions(
      model: run.path, options.place, cores: options.cores, settings: &layers)
    evaluating.split = testSplit
    evaluating.givenFeatures = row.entry.givenFolder
    evaluating.labelShift = options.labelShift
    let found = Guarded([RecognisedUtterance]())
    let report = try await Evaluation(evaluating).run(progress: progress) { utterance in
      found.withLock { $0.append(utterance) }
    }
    guard !report.exceedsMaximumBad else {
      var failure = Failure(
        .badInput, code: "too-many-bad", subject: Sanitized.path(options.place.corpus),
        place: "split \(testSplit)", expected: "no more bad utterances than --max-bad allows",
        found: "\(report.rejects.count)",
        remedy: "Correct what is named below, or raise --max-bad.")
      failure.findings = report.rejects
      throw failure
    }
    let scores = TestScores(
      utterances: found.withLock { $0 },
      leftOut: (report.rejects + report.unlabelled).map {
        LeftOut.Utterance(key: $0.utterance ?? $0.path, reason: $0.code.rawValue)
      })
    try directory.write(scores: scores, name, of: identity)
    return scores
  }
}
