import Dispatch
import Glibc
import Synchronization

/// Runs work that signals cancel, or whose own way of stopping they ask for: SIGINT, SIGTERM and SIGHUP, and
/// SIGUSR1 and SIGXCPU, by which batch systems and limits announce an end.
///
/// A second SIGINT, SIGTERM or SIGHUP ends the program at once. Announcements do not count, as they repeat:
/// SIGXCPU comes every second of processor time.
/// A signal that was ignored when the program began stays ignored, as `nohup` wants of SIGHUP and a shell of
/// SIGINT in what it runs in the background. SIGPIPE and SIGXFSZ are ignored, so that a closed pipe and a
/// file-size limit come back as errors of `write`.
enum Interruption {
  static func ignoreWriteSignals() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }

  /// - Parameter stop: what the first signal does; it cancels the work if nil.
  static func run<Value: Sendable>(
    stop: (@Sendable () -> Void)? = nil, _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let task = Task { try await work() }
    let counter = SignalCount()
    let announcements = [SIGUSR1, SIGXCPU]
    let sources = ([SIGINT, SIGTERM, SIGHUP] + announcements).filter { !isIgnored($0) }.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        if !announcements.contains(number), counter.increment() > 1 { _exit(128 + number) }
        if let stop { stop() } else { task.cancel() }
      }
      source.resume()
      return source
    }
    defer { for source in sources { source.cancel() } }
    return try await task.value
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(number, nil, &action) == 0 else { return false }
    // Functions cannot be compared, but the special handlers are numbers.
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  private final class SignalCount: Sendable {
    private let count = Atomic<Int>(0)

    func increment() -> Int { count.add(1, ordering: .relaxed).newValue }
  }
}
