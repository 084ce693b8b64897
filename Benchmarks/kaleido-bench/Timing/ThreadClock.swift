import Glibc

/// CPU time of the calling thread (`CLOCK_THREAD_CPUTIME_ID`): what other processes take does not count, and neither
/// does waiting.
enum ThreadClock {
  /// Nanoseconds of CPU time this thread has used.
  static func now() -> Double { read(CLOCK_THREAD_CPUTIME_ID) }

  /// Nanoseconds of CPU time that `body` takes on this thread.
  static func nanoseconds<Failure: Error>(of body: () throws(Failure) -> Void) throws(Failure) -> Double {
    let start = now()
    try body()
    return now() - start
  }

  fileprivate static func read(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
  }
}

/// Time that passes (`CLOCK_MONOTONIC`), for what runs on several threads.
enum WallClock {
  /// Nanoseconds since an arbitrary start.
  static func now() -> Double { ThreadClock.read(CLOCK_MONOTONIC) }
}

/// CPU time of all threads of this process (`CLOCK_PROCESS_CPUTIME_ID`).
enum ProcessClock {
  /// Nanoseconds of CPU time that this process has used.
  static func now() -> Double { ThreadClock.read(CLOCK_PROCESS_CPUTIME_ID) }
}
