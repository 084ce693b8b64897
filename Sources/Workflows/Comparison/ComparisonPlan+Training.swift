import Corpus
import DataManifests
import Files
import Foundations
import FrontEnds
import Recognition
import Signal
import StageGraph
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
    var training = try options.training(trial: trial)
    switch planned.training {
    case .frontEnd(let request): training.features = .frontEnd(try options.features.resolve(request).spec)
    case .external(let external): training.features = .external(external.spec, in: external.folder)
    case .done: preconditionFailure("runs are not trained")
    }
    training.features = training.features.seeded(seed)
    training.runDirectory = directory.runPath(runName(planned, seed: seed, trial: trial))
    training.training.seed = seed
    training.resumes = !options.replacesExisting
    training.replacesExisting = options.replacesExisting
    training.commandLine = options.commandLine
    return training
  }

  /// Trains what is not trained yet and chooses each contender's trial on dev speakers.
  ///
  /// All choices are recorded before the first test speaker is scored. A trial that diverges is recorded as
  /// such and not chosen.
  ///
  /// - Throws: ``WorkflowError`` where all trials of a contender diverge, or a seed under the chosen one.
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
      guard planned.isTrainedHere else {
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
        var divergence: TrainingError?
        for trial in options.trials.indices {
          let outcome: Trial.Outcome
          do {
            let run = try await train(planned, seed: planned.seeds[0], trial: trial)
            outcome = .trained(
              devFrameErrorRate: run.devFrameErrorRate, devPhoneErrorRate: run.summary.devPhoneErrorRate)
          } catch {
            guard let cause = Self.divergence(error), let step = cause.divergence else { throw error }
            outcome = .diverged(epoch: step.epoch, step: step.step)
            divergence = cause
          }
          trials.append(
            Trial(
              settings: options.trials[trial].map(\.named), seed: planned.seeds[0], outcome: outcome))
        }
        choose(&trials)
        if let divergence, !trials.contains(where: \.isChosen) {
          throw WorkflowError.everyTrialDiverged(planned.name, trials: trials.count, cause: divergence)
        }
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
      for seed in planned.seeds {
        do {
          runs.append(try await train(planned, seed: seed, trial: chosen))
        } catch {
          guard let cause = Self.divergence(error) else { throw error }
          // Without it the others would be seeds that were picked.
          throw WorkflowError.seedDiverged(planned.name, seed: seed, cause: cause)
        }
      }
      result.append(
        TrainedContender(
          planned, trials: trials, runs: runs,
          scoreNames: runs.map { runName(planned, seed: $0.seed, trial: chosen) }))
    }
    progress.enter(task: "")
    return result
  }

  /// The error of a training that diverged, by itself or as the cause of its graph's end; nil for others.
  private static func divergence(_ error: any Error) -> TrainingError? {
    switch error {
    case let error as TrainingError where error.divergence != nil: error
    case StageGraphError.stageFailed(_, _, let cause): divergence(cause)
    default: nil
    }
  }

  /// Trainings that there are in all; the first seed's is one of the trials.
  private var trainingCount: Int {
    contenders.reduce(0) { sum, planned in
      planned.isTrainedHere ? sum + planned.seeds.count + options.trials.count - 1 : sum
    }
  }

  /// Chooses the first of the best by dev speakers; none where all diverged.
  private func choose(_ trials: inout [Trial]) {
    let rates = trials.indices.compactMap { index -> (rate: Double, index: Int)? in
      let trial = trials[index]
      let rate = options.measure == .frames ? trial.devFrameErrorRate : trial.devPhoneErrorRate
      guard let rate else { return nil }
      return (rate, index)
    }
    // The indices rise, and of equal rates the first is taken.
    if let best = rates.min(by: { $0.rate < $1.rate }) { trials[best.index].isChosen = true }
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
