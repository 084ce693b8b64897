import Archives
import Corpus
import Files
package import Stages
import TrainedModels

/// What a comparison would take, as far as that shows without writing anything.
package struct CompareEstimate: Sendable, Equatable {
  /// Trainings in all, and those that are there already.
  package var trainings: Int
  package var trainingsDone: Int
  /// Of the training steps that are left; features, dev and test speakers come on top.
  package var computeSeconds: Double
  package var outputBytes: Int
  /// Of the largest training.
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

extension ComparePlan {
  /// Looks at what is done, times a few steps of each row and writes nothing.
  ///
  /// A row's trials and seeds are taken to last as its first.
  ///
  /// Throws ``Failure``.
  package func estimate(progress: WorkProgress = WorkProgress()) async throws(Failure) -> CompareEstimate {
    do {
      try WritableFolder.check(options.outputDirectory)
      var estimate = CompareEstimate(
        trainings: 0, trainingsDone: 0, computeSeconds: 0, outputBytes: 0, memoryBytes: 0,
        freeBytes: FreeSpace.bytes(at: options.outputDirectory), testUtterances: test.places.count)
      for entry in entries where entry.trained != nil {
        var left = 0
        for (place, seed) in entry.seeds.enumerated() {
          // All trials with the first seed, the chosen one with the others: which one that is does not matter here.
          let trials = place == 0 ? Array(options.trials.indices) : [0]
          for trial in trials {
            estimate.trainings += 1
            let names = place == 0 ? [trial] : Array(options.trials.indices)
            let isDone = names.contains {
              (try? FinishedRun(path: directory.runPath(runName(entry, seed: seed, trial: $0)))) != nil
            }
            if isDone, !options.discardsOther { estimate.trainingsDone += 1 } else { left += 1 }
          }
        }
        guard left > 0 else { continue }
        var training = try trainOptions(entry, seed: entry.seeds[0], trial: 0)
        // Nothing of ours stands in the way of an estimate.
        training.runDirectory = directory.runPath("estimate")
        let single = try await TrainPlan(training, progress: progress).estimate(progress: progress)
        estimate.computeSeconds += Double(left) * single.computeSeconds
        estimate.outputBytes += left * single.outputBytes
        estimate.memoryBytes = max(estimate.memoryBytes, single.memoryBytes)
      }
      return estimate
    } catch {
      throw Failure(error)
    }
  }
}
