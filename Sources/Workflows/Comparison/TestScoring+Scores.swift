import Corpus
import DataManifests
import Files
import Foundations
import FrontEnds
import Learning
import Recognition
import Scoring
import StageGraph
import Stages
import TrainedModels

extension TestScoring {
  /// Scores each run on the test speakers, unless that was done with the same model and utterances.
  ///
  /// - Throws: ``WorkflowError`` for more rejected utterances than the limit; all that an evaluation throws.
  func scores(
    _ contenders: [TrainedContender], _ progress: WorkProgress
  ) async throws -> [[TestScores]] {
    var result: [[TestScores]] = []
    for contender in contenders {
      var scores: [TestScores] = []
      for (run, name) in zip(contender.runs, contender.scoreNames) {
        progress.enter(task: "test speakers, \(contender.planned.name), seed \(run.seed)")
        scores.append(
          try await self.scores(of: run, name, contender.planned, progress))
      }
      result.append(scores)
    }
    progress.enter(task: "")
    return result
  }

  private func scores(
    of run: TrainedRun, _ name: String, _ planned: PlannedContender, _ progress: WorkProgress
  ) async throws -> TestScores {
    let identity = try identity(of: run, planned)
    if let held = try directory.scores(
      name, of: identity, phoneCount: catalog.phoneSet.phones.count, classCount: scored.classCount)
    {
      return held
    }
    var evaluating = EvaluateOptions(model: run.path, test: test)
    evaluating.externalFolder = planned.external?.folder
    evaluating.scoredClasses = scored.name
    let found = Guarded([RecognizedUtterance]())
    let report = try await Evaluation(evaluating).run(progress: progress) { utterance in
      found.withLock { $0.append(utterance) }
    }
    guard !report.exceedsRejectLimit else {
      throw WorkflowError.tooManyRejects(
        corpus: test.corpus.path, split: split, rejects: report.rejects, utterances: nil)
    }
    let scores = TestScores(
      utterances: found.withLock { $0 },
      leftOut: (report.rejects + report.unlabeled).map {
        LeftOut.Utterance(key: $0.utterance ?? $0.path, reason: $0.code.rawValue)
      })
    try directory.write(scores: scores, name, of: identity)
    return scores
  }

  /// All that the scores of a run follow from.
  private func identity(of run: TrainedRun, _ planned: PlannedContender) throws(FileError) -> JSONValue {
    [
      "model_sha256": .string(run.modelSHA256), "test_sha256": .string(sha256),
      "phones_sha256": .string(try catalog.phoneSet.sha256), "classes": .string(scored.name),
      "given_sha256": planned.external.map { .string($0.sha256) } ?? .null,
      "options": [
        "with_sa": .bool(test.includesCalibration), "max_bad": .string(test.rejectLimit.text),
        "channel": test.channel.map { .integer(Int64($0)) } ?? "as-in-training",
      ],
      "arithmetic_fingerprint": .string(fingerprint),
    ]
  }

  /// The fingerprint of this machine: its vector unit and libraries.
  var fingerprint: String {
    let frontEnd = try? FrontEndSpec(.mel).makeFrontEnd()
    return frontEnd.map { $0.fingerprint.text } ?? ""
  }
}
