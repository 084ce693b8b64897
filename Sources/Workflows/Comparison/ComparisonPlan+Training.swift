import Corpus
import DataManifests
import Files
import Foundations
import FrontEnds
import Recognition
import Signal
import Stages
import TrainedModels

extension ComparisonPlan {
  /// The part of a run's name that names its trial; empty where nothing is tried.
  private func suffix(ofTrial trial: Int) -> String { options.trials.count > 1 ? "-t\(trial + 1)" : "" }

  /// The name of a run's folder.
  func runName(_ planned: PlannedContender, seed: UInt64, trial: Int) -> String {
    "\(planned.fileName)-s\(seed)\(suffix(ofTrial: trial))"
  }

  /// The options of a training.
  func trainOptions(_ planned: PlannedContender, seed: UInt64, trial: Int) throws -> TrainOptions {
    guard let request = planned.frontEnd else { preconditionFailure("runs are not trained") }
    var training = try options.training(request, trial: trial)
    training.runDirectory = directory.runPath(runName(planned, seed: seed, trial: trial))
    training.training.seed = seed
    training.frontEnd.configuration.frame.seed = seed
    training.resumes = !options.replacesExisting
    training.replacesExisting = options.replacesExisting
    training.externalFolder = planned.externalFolder
    training.labelShift = options.labelShift
    training.commandLine = options.commandLine
    return training
  }

  /// Trains what is not trained yet and chooses each contender's trial on dev speakers.
  ///
  /// All choices are recorded before the first test speaker is scored.
  func trainedContenders(_ progress: WorkProgress) async throws -> [TrainedContender] {
    var recorded = try directory.choices(measure: options.measure)
    var result: [TrainedContender] = []
    var done = 0
    let total = trainingCount
    var fresh: Set<String> = []
    func train(_ planned: PlannedContender, seed: UInt64, trial: Int) async throws -> TrainedRun {
      done += 1
      progress.enter(task: "\(planned.name), seed \(seed) (\(done) of \(total))")
      // Where existing trainings are replaced, every one is done anew, but once.
      let isFresh = !fresh.insert(runName(planned, seed: seed, trial: trial)).inserted
      return try await trained(
        planned, seed: seed, trial: trial, replacesExisting: options.replacesExisting && !isFresh, progress)
    }
    for planned in contenders {
      guard planned.frontEnd != nil else {
        for run in planned.runs {
          try run.configuration.requirePhoneTable(of: data.phoneSet, model: run.path)
        }
        result.append(TrainedContender(runsOf: planned))
        continue
      }
      let held = recorded.first { $0.contender == planned.fileName }?.trials
      var trials: [Trial] = []
      if let held, held.map(\.settings) == options.trials.map({ $0.map(\.named) }),
        held.count(where: \.isChosen) == 1,
        held.allSatisfy({ $0.seed == options.firstSeed })
      {
        trials = held
        done += trials.count
      } else {
        for trial in options.trials.indices {
          let run = try await train(planned, seed: planned.seeds[0], trial: trial)
          trials.append(
            Trial(
              settings: options.trials[trial].map(\.named), seed: run.seed,
              devFrameErrorRate: run.devFrameErrorRate,
              devPhoneErrorRate: run.summary.devPhoneErrorRate, isChosen: false))
        }
        choose(&trials)
        recorded.removeAll { $0.contender == planned.fileName }
        recorded.append((planned.fileName, trials))
        try directory.write(choices: recorded, measure: options.measure)
      }
      guard let chosen = trials.firstIndex(where: \.isChosen) else {
        preconditionFailure("one of the trials is chosen")
      }
      var runs: [TrainedRun] = []
      // The first seed's was one of the trials.
      done -= 1
      for seed in planned.seeds { runs.append(try await train(planned, seed: seed, trial: chosen)) }
      result.append(
        TrainedContender(
          planned, trials: trials, runs: runs,
          scoreNames: runs.map { runName(planned, seed: $0.seed, trial: chosen) }))
    }
    progress.enter(task: "")
    return result
  }

  /// Trainings that there are in all; the first seed's is one of the trials.
  private var trainingCount: Int {
    contenders.reduce(0) { sum, planned in
      planned.frontEnd == nil ? sum : sum + planned.seeds.count + options.trials.count - 1
    }
  }

  /// Chooses the first of the best by dev speakers.
  private func choose(_ trials: inout [Trial]) {
    func rate(_ trial: Trial) -> Double {
      options.measure == .frames ? trial.devFrameErrorRate : trial.devPhoneErrorRate
    }
    let best = trials.indices.min { (rate(trials[$0]), $0) < (rate(trials[$1]), $1) }
    if let best { trials[best].isChosen = true }
  }

  /// The run of a training, done if it was not.
  ///
  /// - Throws: ``WorkflowError`` for one that is damaged.
  private func trained(
    _ planned: PlannedContender, seed: UInt64, trial: Int, replacesExisting: Bool, _ progress: WorkProgress
  ) async throws -> TrainedRun {
    var training = try trainOptions(planned, seed: seed, trial: trial)
    training.replacesExisting = replacesExisting
    training.resumes = !replacesExisting
    let plan = try TrainPlan(training)
    do {
      if !replacesExisting, let run = try TrainedRun(path: training.runDirectory),
        run.configuration == plan.configuration
      {
        return run
      }
      let report = try await plan.run(progress: progress)
      guard let run = try TrainedRun(path: report.directory) else {
        preconditionFailure("a training that has ended has a summary")
      }
      return run
    } catch  where TrainedRun.isDamage(error, in: training.runDirectory) {
      throw WorkflowError.damagedPart(path: training.runDirectory, cause: error)
    }
  }
}
