import Glibc

/// The CPU time of the calling thread (`CLOCK_THREAD_CPUTIME_ID`), which counts neither other processes nor
/// waiting.
enum ThreadClock {
  /// The CPU time used by this thread in nanoseconds.
  static func now() -> Double { read(CLOCK_THREAD_CPUTIME_ID) }

  /// The CPU time of `body` on this thread in nanoseconds.
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

/// Wall-clock time (`CLOCK_MONOTONIC`), for work on several threads.
enum WallClock {
  /// The nanoseconds since an arbitrary start.
  static func now() -> Double { ThreadClock.read(CLOCK_MONOTONIC) }
}

/// The CPU time of all threads of this process (`CLOCK_PROCESS_CPUTIME_ID`).
enum ProcessClock {
  /// The CPU time used by this process in nanoseconds.
  static func now() -> Double { ThreadClock.read(CLOCK_PROCESS_CPUTIME_ID) }
}
