import Foundations

/// The parts of a run, collected while its blueprint is traversed.
final class RunAssembly {
  struct Worker: Sendable {
    let stage: StageDescription
    let isSink: Bool
    let index: Int
    let meter: WorkerMeter
    let body: @Sendable () async throws -> Void
  }

  var workers: [Worker] = []
  var terminators: [@Sendable () -> Void] = []

  var defect: StageGraphError?

  func noteUnjoined(_ stage: StageDescription, message: String) {
    if defect == nil { defect = .unjoinedOutlet(stage: stage.name, message: message) }
  }

  func register(_ terminator: @escaping @Sendable () -> Void) { terminators.append(terminator) }

  func add(
    _ stage: StageDescription, isSink: Bool,
    body: @escaping @Sendable (Int, WorkerMeter) async throws -> Void
  ) {
    for index in 0..<stage.workers {
      let meter = WorkerMeter()
      workers.append(
        Worker(stage: stage, isSink: isSink, index: index, meter: meter) { try await body(index, meter) })
    }
  }
}

/// A run of a blueprint, which executes once and can be watched from other tasks meanwhile.
package final class GraphRun: Sendable {
  private let workers: [RunAssembly.Worker]
  private let terminators: [@Sendable () -> Void]
  private let outcome = Guarded(Outcome())

  private struct Outcome {
    var started = false
    var sinksEnded = false
    var cause: StageGraphError?
  }

  init(_ assembly: RunAssembly) {
    self.workers = assembly.workers
    self.terminators = assembly.terminators
  }

  /// Runs until every stage has ended, and returns the meters.
  ///
  /// The first failure, or the cancellation of the calling task, ends all stages: those that wait on a port
  /// at once, those that are busy at their next message. When this returns or throws, no task of the run is
  /// left, and every buffer in flight is back in its pool.
  ///
  /// - Throws: ``StageGraphError/stageFailed(stage:worker:underlying:)`` or ``StageGraphError/cancelled``,
  ///   whichever was first.
  @discardableResult
  package func execute() async throws(StageGraphError) -> [StageMeter] {
    let isFirst = outcome.withLock { outcome in
      defer { outcome.started = true }
      return !outcome.started
    }
    precondition(isFirst, "a run executes once; make another from the blueprint")
    await withTaskCancellationHandler {
      var executors: [ThreadExecutor] = []
      defer { for executor in executors { executor.stop() } }
      await withTaskGroup(of: Ending.self) { group in
        for worker in workers {
          // If the system has no thread to give, the shared ones serve.
          let executor = worker.stage.placement == .ownThread ? ThreadExecutor.start() : nil
          if let executor { executors.append(executor) }
          group.addTask(executorPreference: executor) { await self.perform(worker) }
        }
        // Cancel, too, after a failure and when all sinks have ended, so that a stage asleep elsewhere than
        // at a port wakes up.
        var workingSinks = workers.count { $0.isSink }
        for await ending in group {
          if ending == .sinkEnded { workingSinks -= 1 }
          let sinksEnded = ending == .sinkEnded && workingSinks == 0
          if sinksEnded { outcome.withLock { $0.sinksEnded = true } }
          if sinksEnded || ending == .failed { group.cancelAll() }
        }
      }
    } onCancel: {
      end(.cancelled)
    }
    if let cause = outcome.withLock({ $0.cause }) { throw cause }
    return snapshot()
  }

  /// The meters of all stages so far, in the order of the blueprint.
  ///
  /// May be called at any time from any task.
  package func snapshot() -> [StageMeter] {
    Dictionary(grouping: workers) { $0.stage.index }
      .sorted { $0.key < $1.key }
      .map { WorkerMeter.snapshot(of: $0.value.map(\.meter), stage: $0.value[0].stage.name) }
  }

  private enum Ending {
    case ended
    case sinkEnded
    case failed
  }

  private func perform(_ worker: RunAssembly.Worker) async -> Ending {
    worker.meter.start()
    defer { worker.meter.end() }
    do {
      try await worker.body()
    } catch is StageStop {
      // Stopped as requested.
    } catch is CancellationError where outcome.withLock({ $0.sinksEnded }) {
      // Woken because its output is no longer read.
    } catch {
      end(.stageFailed(stage: worker.stage.name, worker: worker.index, underlying: error))
      return .failed
    }
    return worker.isSink ? .sinkEnded : .ended
  }

  private func end(_ cause: StageGraphError) {
    let isFirst = outcome.withLock { outcome in
      guard outcome.cause == nil else { return false }
      outcome.cause = cause
      return true
    }
    guard isFirst else { return }
    for terminate in terminators { terminate() }
  }
}
