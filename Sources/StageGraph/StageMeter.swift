internal import Glibc
public import Synchronization

/// The activity of a stage so far, summed over its workers.
@usableFromInline package struct StageMeter: Equatable, Sendable {
  /// The name of the stage.
  @usableFromInline package let stage: String
  /// The number of workers over which the figures are summed.
  @usableFromInline package let workers: Int
  /// The number of workers that have ended.
  @usableFromInline package let endedWorkers: Int
  /// The number of messages taken from the inlet.
  @usableFromInline package let messagesIn: Int
  /// The number of messages sent; one that goes to several consumers counts once.
  @usableFromInline package let messagesOut: Int
  /// The number of bytes taken from the inlet, by ``GraphMessage/byteCount``.
  @usableFromInline package let bytesIn: Int
  /// The number of bytes sent.
  @usableFromInline package let bytesOut: Int
  /// Worker time not spent waiting on a port: computing, blocked in a system call, or preempted.
  @usableFromInline package let busy: Duration
  /// Worker time suspended because there was no message.
  @usableFromInline package let waitingOnInput: Duration
  /// Worker time suspended because a consumer's channel was full.
  @usableFromInline package let waitingOnOutput: Duration
}

/// The counters of one worker, written only by that worker and read by any thread at any time.
///
/// With a single writer an update is a plain load and store (relaxed atomics), never a locked instruction.
/// The figures of a snapshot may differ by a message. The clock is read when the worker starts and ends, and
/// before and after each actual wait.
@usableFromInline package final class WorkerMeter: Sendable {
  @usableFromInline package let messagesIn = Atomic<Int>(0)
  @usableFromInline package let messagesOut = Atomic<Int>(0)
  @usableFromInline package let bytesIn = Atomic<Int>(0)
  @usableFromInline package let bytesOut = Atomic<Int>(0)
  private let startNanoseconds = Atomic<Int>(0)
  private let endNanoseconds = Atomic<Int>(0)
  private let waitStartNanoseconds = Atomic<Int>(0)
  private let waitsOnOutput = Atomic<Bool>(false)
  private let inputWaitNanoseconds = Atomic<Int>(0)
  private let outputWaitNanoseconds = Atomic<Int>(0)

  /// The counters of a worker that has not started.
  package init() {}

  @inlinable package func countIn(bytes: Int) {
    messagesIn.store(messagesIn.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
    bytesIn.store(bytesIn.load(ordering: .relaxed) &+ bytes, ordering: .relaxed)
  }

  @inlinable package func countOut(bytes: Int) {
    messagesOut.store(messagesOut.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
    bytesOut.store(bytesOut.load(ordering: .relaxed) &+ bytes, ordering: .relaxed)
  }

  func start() { startNanoseconds.store(Self.now(), ordering: .relaxed) }

  func end() { endNanoseconds.store(Self.now(), ordering: .relaxed) }

  @usableFromInline package func beginWait(onOutput: Bool) {
    waitsOnOutput.store(onOutput, ordering: .relaxed)
    waitStartNanoseconds.store(Self.now(), ordering: .relaxed)
  }

  @usableFromInline package func endWait() {
    let waited = Self.now() - waitStartNanoseconds.load(ordering: .relaxed)
    waitStartNanoseconds.store(0, ordering: .relaxed)
    if waitsOnOutput.load(ordering: .relaxed) {
      outputWaitNanoseconds.store(
        outputWaitNanoseconds.load(ordering: .relaxed) &+ waited, ordering: .relaxed)
    } else {
      inputWaitNanoseconds.store(
        inputWaitNanoseconds.load(ordering: .relaxed) &+ waited, ordering: .relaxed)
    }
  }

  /// The sum over the workers of one stage, including waits and work in progress.
  static func snapshot(of workers: [WorkerMeter], stage: String) -> StageMeter {
    let now = Self.now()
    var ended = 0
    var (busy, inputWait, outputWait) = (0, 0, 0)
    for worker in workers {
      let start = worker.startNanoseconds.load(ordering: .relaxed)
      guard start != 0 else { continue }
      let end = worker.endNanoseconds.load(ordering: .relaxed)
      var input = worker.inputWaitNanoseconds.load(ordering: .relaxed)
      var output = worker.outputWaitNanoseconds.load(ordering: .relaxed)
      let waitStart = worker.waitStartNanoseconds.load(ordering: .relaxed)
      if waitStart != 0, end == 0 {
        let waiting = max(0, now - waitStart)
        if worker.waitsOnOutput.load(ordering: .relaxed) { output += waiting } else { input += waiting }
      }
      if end != 0 { ended += 1 }
      // A snapshot in the middle of an update may count a wait twice; busy time is never negative.
      busy += max(0, (end == 0 ? now : end) - start - input - output)
      inputWait += input
      outputWait += output
    }
    return StageMeter(
      stage: stage, workers: workers.count, endedWorkers: ended,
      messagesIn: workers.reduce(0) { $0 + $1.messagesIn.load(ordering: .relaxed) },
      messagesOut: workers.reduce(0) { $0 + $1.messagesOut.load(ordering: .relaxed) },
      bytesIn: workers.reduce(0) { $0 + $1.bytesIn.load(ordering: .relaxed) },
      bytesOut: workers.reduce(0) { $0 + $1.bytesOut.load(ordering: .relaxed) },
      busy: .nanoseconds(busy), waitingOnInput: .nanoseconds(inputWait),
      waitingOnOutput: .nanoseconds(outputWait))
  }

  private static func now() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
}
