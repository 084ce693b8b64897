import Foundations
import StageGraph
import TestSupport

/// An executor that runs tasks on the caller's thread, one job at a time, in an order drawn from a seed.
///
/// It makes behavior that depends on the order of tasks reproducible.
final class SeededExecutor: TaskExecutor {
  private struct State {
    var generator: SplitMix64
    var jobs: [UnownedJob] = []
    var steps = 0
  }

  private let state: Guarded<State>

  init(seed: UInt64) { state = Guarded(State(generator: SplitMix64(seed: seed))) }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    state.withLock { $0.jobs.append(job) }
  }

  /// Runs jobs until there are none.
  ///
  /// - Parameter beforeStep: Called with 0, 1, … before each job.
  func runUntilIdle(beforeStep: (Int) -> Void = { _ in }) {
    while true {
      let (job, step) = state.withLock { state -> (UnownedJob?, Int) in
        guard !state.jobs.isEmpty else { return (nil, state.steps) }
        let index = Int.random(in: 0..<state.jobs.count, using: &state.generator)
        state.steps += 1
        return (state.jobs.remove(at: index), state.steps - 1)
      }
      guard let job else { return }
      beforeStep(step)
      job.runSynchronously(on: asUnownedTaskExecutor())
    }
  }

  /// The number of jobs run so far.
  var steps: Int { state.withLock { $0.steps } }
}
