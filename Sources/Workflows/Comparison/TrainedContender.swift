import TrainedModels

/// A contender with its trainings done and its trial chosen.
struct TrainedContender: Sendable {
  let planned: PlannedContender
  /// Empty for runs that were trained before.
  let trials: [Trial]
  /// By seed.
  let runs: [TrainedRun]
  /// The names of the files of the runs' scores.
  let scoreNames: [String]

  init(_ planned: PlannedContender, trials: [Trial], runs: [TrainedRun], scoreNames: [String]) {
    precondition(runs.count == scoreNames.count)
    self.planned = planned
    self.trials = trials
    self.runs = runs
    self.scoreNames = scoreNames
  }

  /// Runs that were trained before.
  init(runsOf planned: PlannedContender) {
    self.init(
      planned, trials: [], runs: planned.runs,
      scoreNames: planned.runs.map { "\(planned.fileName)-s\($0.seed)" })
  }
}
