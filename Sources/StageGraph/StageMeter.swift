internal import Glibc
public import Synchronization

/// What one stage has done so far, summed over its workers.
@usableFromInline package struct StageMeter: Equatable, Sendable {
  /// The stage's name.
  @usableFromInline package let stage: String
  /// The number of workers over which the figures are summed.
  @usableFromInline package let workers: Int
  /// The number of workers that have ended.
  @usableFromInline package let endedWorkers: Int
  /// Messages taken from the inlet.
  @usableFromInline package let messagesIn: Int
  /// Messages made.
  ///
  /// A message that goes to several consumers counts once.
  @usableFromInline package let messagesOut: Int
  /// Bytes taken from the inlet, by ``GraphMessage/byteCount``.
  @usableFromInline package let bytesIn: Int
  /// Bytes made.
  @usableFromInline package let bytesOut: Int
  /// Worker time not spent waiting on a port: computing, blocked in the system, or robbed of its core.
  @usableFromInline package let busy: Duration
  /// Worker time suspended because no message was there.
  @usableFromInline package let waitingOnInput: Duration
  /// Worker time suspended because a consumer's channel was full.
  @usableFromInline package let waitingOnOutput: Duration
}

/// The counters of one worker: written by that worker alone, read by anyone at any time.
///
/// Single writer, so an update is a plain load and store (relaxed atomics), never a locked instruction. Figures
/// of one snapshot may be a message apart from each other. The clock is read when the worker starts, ends, and
/// before and after it really waits.
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

  /// Counters at zero, of a worker that hasn't started.
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

  /// The sum over the workers of one stage, a wait or a stretch of work in progress included.
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
      // A snapshot in the middle of an update may see a wait twice; time at work is never negative.
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
