import Corpus
import Files
package import Stages
import TrainedModels

/// The time and space that a comparison would take, as far as that shows without writing anything.
package struct ComparisonEstimate: Sendable, Equatable {
  /// Trainings in all, and those that are there already.
  package var trainings: Int
  package var trainingsDone: Int
  /// The time of the training steps that are left; features, dev and test speakers come on top.
  package var computeSeconds: Double
  package var outputBytes: Int
  /// The memory of the largest training.
  package var memoryBytes: Int
  package var freeBytes: Int?
  package var testUtterances: Int

  /// The estimate as JSON, indented, a newline at the end.
  package var json: String {
    let fields: JSONValue = [
      "trainings": .integer(Int64(trainings)), "trainings_done": .integer(Int64(trainingsDone)),
      "compute_seconds": .number(computeSeconds), "output_bytes": .integer(Int64(outputBytes)),
      "memory_bytes": .integer(Int64(memoryBytes)),
      "free_bytes": freeBytes.map { .integer(Int64($0)) } ?? .null,
      "test_utterances": .integer(Int64(testUtterances)),
    ]
    var out: [UInt8] = []
    fields.appendIndented(to: &out)
    return String(decoding: out, as: UTF8.self) + "\n"
  }
}

extension ComparisonPlan {
  /// Counts the trainings that are done, times a few steps of each contender and writes nothing.
  ///
  /// A contender's trials and seeds are taken to last as its first.
  ///
  /// - Throws: what the estimates of the trainings throw, and ``WorkflowError`` for a directory that cannot
  ///   be written.
  package func estimate(progress: WorkProgress = WorkProgress()) async throws -> ComparisonEstimate {
    try WritableFolder.check(options.outputDirectory)
    var estimate = ComparisonEstimate(
      trainings: 0, trainingsDone: 0, computeSeconds: 0, outputBytes: 0, memoryBytes: 0,
      freeBytes: FreeSpace.bytes(at: options.outputDirectory), testUtterances: scoring.selection.indices.count
    )
    let recorded = (try? directory.choices(measure: options.measure)) ?? []
    for planned in contenders where planned.isTrainedHere {
      var left = 0
      let tried = recorded.first { $0.contender == planned.fileName }?.trials ?? []
      for (index, seed) in planned.seeds.enumerated() {
        // All trials with the first seed, the chosen one with the others: which one that is does not matter
        // here.
        let trials = index == 0 ? Array(options.trials.indices) : [0]
        for trial in trials {
          estimate.trainings += 1
          let names = index == 0 ? [trial] : Array(options.trials.indices)
          let isDone = names.contains {
            (try? TrainedRun(path: directory.runPath(runName(planned, seed: seed, trial: $0)))) != nil
          }
          // It diverged, and would again.
          let isHopeless =
            index == 0 && tried.count == trials.count && tried[trial].divergence != nil
          if isDone || isHopeless, !options.replacesExisting {
            estimate.trainingsDone += 1
          } else {
            left += 1
          }
        }
      }
      guard left > 0 else { continue }
      var training = try trainOptions(planned, seed: planned.seeds[0], trial: 0)
      // No training of ours is at this path.
      training.runDirectory = directory.runPath("estimate")
      let single = try await TrainPlan(training, progress: progress).estimate(progress: progress)
      estimate.computeSeconds += Double(left) * single.computeSeconds
      estimate.outputBytes += left * single.outputBytes
      estimate.memoryBytes = max(estimate.memoryBytes, single.memoryBytes)
    }
    return estimate
  }
}
