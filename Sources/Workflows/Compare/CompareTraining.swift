import Archives
import Corpus
import DataManifests
import FrontEnds
import Recognition
import Scoring
import Signal
import Stages
import TrainedModels

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
    var recorded = try directory.choices(measure: options.measure)
    var result: [TrainedRow] = []
    var done = 0
    let total = trainingCount
    var fresh: Set<String> = []
    func train(_ entry: Entry, seed: UInt64, trial: Int) async throws -> FinishedRun {
      done += 1
      progress.enter(task: "\(entry.name), seed \(seed) (\(done) of \(total))")
      // With --force every training is done anew, but once.
      let isFresh = !fresh.insert(runName(entry, seed: seed, trial: trial)).inserted
      return try await trained(
        entry, seed: seed, trial: trial, discardsOther: options.discardsOther && !isFresh, progress)
    }
    for entry in entries {
      if case .runs = entry.row {
        for run in entry.runs { try run.configuration.requirePhoneTable(of: data.phoneSet, model: run.path) }
        result.append(TrainedRow(entry: entry, trials: [], runs: entry.runs))
        continue
      }
      let held = recorded.first { $0.row == entry.fileName }?.trials
      var trials: [Trial] = []
      if let held, held.map(\.settings) == options.trials, held.count(where: \.isChosen) == 1,
        held.allSatisfy({ $0.seed == options.firstSeed })
      {
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
        try directory.write(choices: recorded, measure: options.measure)
      }
      guard let chosen = trials.firstIndex(where: \.isChosen) else {
        throw Failure(.internal, code: "nothing-chosen", subject: entry.name)
      }
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
  ///
  /// A run that cannot be read is no run, and is done anew.
  private func trained(
    _ entry: Entry, seed: UInt64, trial: Int, discardsOther: Bool, _ progress: WorkProgress
  ) async throws -> FinishedRun {
    var training = try trainOptions(entry, seed: seed, trial: trial)
    training.discardsOther = discardsOther
    training.resumes = !discardsOther
    var plan = try TrainPlan(training)
    if !discardsOther {
      do {
        if let run = try FinishedRun(path: training.runDirectory), run.configuration == plan.configuration {
          return run
        }
      } catch {
        guard Failure(error).kind == .badInput || Failure(error).kind == .noInput else { throw error }
        training.discardsOther = true
        training.resumes = false
        plan = try TrainPlan(training)
      }
    }
    let report = try await plan.run(progress: progress)
    guard let run = try FinishedRun(path: report.directory) else {
      throw Failure(.internal, code: "no-summary", subject: report.directory)
    }
    return run
  }
}
