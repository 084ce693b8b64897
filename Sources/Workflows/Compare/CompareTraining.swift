import Archives
import Corpus
import DataManifests
import FrontEnds
import Recognition
import Scoring
import Signal

/// A row with its trainings done and its trial chosen.
struct TrainedRow: Sendable {
  let entry: ComparePlan.Entry
  let trials: [Trial]
  /// By seed.
  let runs: [FinishedRun]
}

extension ComparePlan {
  /// Trains what is not trained yet and chooses each row's trial on dev speakers.
  ///
  /// All choices are recorded before the first test speaker is looked at.
  func trainedRows(_ progress: WorkProgress) async throws -> [TrainedRow] {
    var recorded = try directory.choices()
    var result: [TrainedRow] = []
    var done = 0
    let total = trainingCount
    func train(_ entry: Entry, seed: UInt64, trial: Int) async throws -> FinishedRun {
      done += 1
      progress.enter(task: "\(entry.name), seed \(seed) (\(done) of \(total))")
      return try await trained(entry, seed: seed, trial: trial, progress)
    }
    for entry in entries {
      if case .runs(let paths) = entry.row {
        result.append(try givenRuns(entry, paths))
        continue
      }
      let held = recorded.first { $0.row == entry.fileName }?.trials
      var trials: [Trial] = []
      if let held, held.map(\.settings) == options.trials {
        trials = held
        done += trials.count
      } else {
        for trial in options.trials.indices {
          let run = try await train(entry, seed: entry.seeds[0], trial: trial)
          trials.append(
            Trial(
              settings: options.trials[trial], seed: run.seed, devFrameErrorRate: run.devFrameErrorRate,
              devPhoneErrorRate: run.devPhoneErrorRate, isChosen: false))
        }
        choose(&trials)
        recorded.removeAll { $0.row == entry.fileName }
        recorded.append((entry.fileName, trials))
        try directory.write(choices: recorded)
      }
      let chosen = trials.firstIndex { $0.isChosen } ?? 0
      var runs: [FinishedRun] = []
      // The first seed's was one of the trials.
      done -= 1
      for seed in entry.seeds { runs.append(try await train(entry, seed: seed, trial: chosen)) }
      result.append(TrainedRow(entry: entry, trials: trials, runs: runs))
    }
    progress.enter(task: "")
    return result
  }

  /// Trainings that there are in all; the first seed's is one of the trials.
  private var trainingCount: Int {
    entries.reduce(0) { sum, entry in
      if case .runs = entry.row { return sum }
      return sum + entry.seeds.count + options.trials.count - 1
    }
  }

  /// The first of the best by dev speakers.
  private func choose(_ trials: inout [Trial]) {
    func rate(_ trial: Trial) -> Double {
      options.measure == .frames ? trial.devFrameErrorRate : trial.devPhoneErrorRate
    }
    let best = trials.indices.min { (rate(trials[$0]), $0) < (rate(trials[$1]), $1) }
    if let best { trials[best].isChosen = true }
  }

  /// The run of a training, done if it was not.
  private func trained(
    _ entry: Entry, seed: UInt64, trial: Int, _ progress: WorkProgress
  ) async throws -> FinishedRun {
    let plan = try TrainPlan(try trainOptions(entry, seed: seed, trial: trial))
    let path = plan.options.runDirectory
    if !options.discardsOther, let run = try? FinishedRun(path: path), run.configuration == plan.configuration
    {
      return run
    }
    let report = try await plan.run(progress: progress)
    guard let run = try FinishedRun(path: report.directory) else {
      throw Failure(.internal, code: "no-summary", subject: report.directory)
    }
    return run
  }

  /// Runs that were trained before.
  ///
  /// Throws ``Failure`` for runs that have not ended, are not of one row, or have a seed in common.
  private func givenRuns(_ entry: Entry, _ paths: [String]) throws -> TrainedRow {
    var runs: [FinishedRun] = []
    for path in paths {
      guard let run = try FinishedRun(path: path) else {
        throw Failure(
          .badInput, code: "run-unfinished", subject: Sanitised.path(path),
          expected: "a training that has ended",
          found: "no \(RunDirectory.summaryName)", remedy: "Finish it with kaleido train --resume.")
      }
      try run.configuration.requirePhoneTable(of: data.phoneSet, model: path)
      runs.append(run)
    }
    for run in runs.dropFirst() {
      var (first, other) = (runs[0].configuration, run.configuration)
      guard first.training.seed != other.training.seed else {
        throw Failure(
          .badInput, code: "seed-twice", subject: Sanitised.path(run.path), expected: "another seed",
          found: "\(run.seed)", remedy: "RUNs of one row differ by their seeds.")
      }
      (first.training.seed, other.training.seed) = (0, 0)
      (first.features.frame.seed, other.features.frame.seed) = (0, 0)
      guard first == other else {
        throw ArchiveError.configurationDiffers(
          path: run.path,
          fields: DirectoryConfiguration.differences(directory: first.json, run: other.json))
      }
    }
    return TrainedRow(entry: entry, trials: [], runs: runs)
  }
}
