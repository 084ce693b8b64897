import Files
import Scoring
import TrainedModels

@testable import Workflows

/// `compare`: trainings of two contenders, the choice of trials, scores, costs, the result and the page.
struct ComparisonScenario: Scenario {
  let name = "compare"
  let trainings: [SmallTraining]

  private static let contenders = ["a", "b"]

  private func configuration(_ variant: Int) -> JSONValue {
    [
      "version": .integer(ComparisonDirectory.version), "kind": "kaleido-comparison",
      "variant": .integer(Int64(variant)),
    ]
  }

  /// As `ComparisonPlan.run`, without what is computed.
  func run(_ variant: Int, replacesOther: Bool, in folder: String, store: FileStore) throws {
    let directory = ComparisonDirectory(path: folder, store: store)
    let claim = try directory.begin(configuration(variant), replacesExisting: replacesOther)
    defer { withExtendedLifetime(claim) {} }
    let runs = try trainedContenders(directory, variant, replacesOther, store)
    for (name, run) in zip(Self.contenders, runs) {
      let identity = identity(run, variant)
      if try directory.scores(name, of: identity, phoneCount: 61, classCount: 39) == nil {
        try directory.write(scores: scores(variant), name, of: identity)
      }
    }
    _ = try directory.recordTestUse(["variant": .integer(Int64(variant))])
    for (name, run) in zip(Self.contenders, runs)
    where try directory.cost(name, of: run.modelSHA256) == nil {
      var cost = ContenderCost()
      cost.streamingTimesRealTime = Double(variant + 100)
      try directory.write(cost: cost, name, of: run.modelSHA256)
    }
    try directory.write(
      ["variant": .integer(Int64(variant)), "models": .array(runs.map { .string($0.modelSHA256) })],
      to: ComparisonDirectory.resultName)
    try directory.write(page: "page of \(variant)")
  }

  /// As `ComparisonPlan.trainedContenders`, with one trial and one seed.
  private func trainedContenders(
    _ directory: ComparisonDirectory, _ variant: Int, _ replacesOther: Bool, _ store: FileStore
  ) throws -> [TrainedRun] {
    var recorded = try directory.choices(measure: .frames)
    var runs: [TrainedRun] = []
    for name in Self.contenders {
      let run = try trained(directory.runPath(name), variant, replacesOther, store)
      runs.append(run)
      let trial = Trial(
        settings: [NamedSetting(name: "variant", value: "\(variant)")], seed: run.seed,
        outcome: .trained(devFrameErrorRate: run.devFrameErrorRate, devPhoneErrorRate: 0.25), isChosen: true)
      if recorded.first(where: { $0.contender == name })?.trials == [trial] { continue }
      recorded.removeAll { $0.contender == name }
      recorded.append((name, [trial]))
      try directory.write(choices: recorded, measure: .frames)
    }
    return runs
  }

  private func trained(
    _ path: String, _ variant: Int, _ replacesExisting: Bool, _ store: FileStore
  ) throws -> TrainedRun {
    let training = trainings[variant]
    var replaces = replacesExisting
    if !replaces {
      do {
        if let run = try TrainedRun(path: path, store: store), run.configuration == training.configuration {
          return run
        }
      } catch  where TrainedRun.isDamage(error, in: path) {
        replaces = true
      }
    }
    try training.run(replacesExisting: replaces, in: path, store: store)
    guard let run = try TrainedRun(path: path, store: store) else { throw SmallTraining.Mixed() }
    return run
  }

  private func identity(_ run: TrainedRun, _ variant: Int) -> JSONValue {
    ["model_sha256": .string(run.modelSHA256), "variant": .integer(Int64(variant))]
  }

  private func scores(_ variant: Int) -> TestScores {
    TestScores(utterances: [
      RecognizedUtterance(
        key: "S_U", speaker: "S", voice: nil, labels: [1, 2], classes: [Int32(variant), 2], reference: [1],
        recognized: [Int32(variant)])
    ])
  }

  func read(_ variant: Int, in folder: String, store: FileStore) throws -> Accepted {
    var accepted = Accepted(variant: variant)
    let own = [ComparisonDirectory.configurationName, ComparisonDirectory.choicesName]
    let results = [ComparisonDirectory.resultName, ComparisonDirectory.pageName]
    accepted.files = try store.files(
      own + results + Self.contenders.flatMap { ["scores/\($0).json", "costs/\($0).json"] }, in: folder)
    accepted.isWhole = accepted.files.count == 8
    let uses = try JSONLines(
      path: "\(folder)/\(ComparisonDirectory.testUsesName)", store: store
    ).values()
    if accepted.isWhole, !uses.contains(where: { $0["variant"] == .integer(Int64(variant)) }) {
      throw LostUse(uses: uses)
    }
    return accepted
  }

  private struct LostUse: Error {
    var uses: [JSONValue]
  }

  // The uses of test speakers stay through a replacement.
  func isFinal(_ path: String) -> Bool {
    !path.contains("/\(TemporaryNames.folderName)/") && !path.hasSuffix("/provenance.jsonl")
      && path != "/\(ComparisonDirectory.testUsesName)"
  }
}
