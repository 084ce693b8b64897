import Dispatch
import Glibc
import Synchronization

/// Runs work that SIGINT, SIGTERM and SIGHUP cancel: once asks it to stop, a second time ends the program at once.
///
/// SIGPIPE and SIGXFSZ are ignored, so that a closed pipe and a file-size limit come back as errors of `write`.
enum Interruption {
  static func ignoreWriteSignals() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }

  static func run<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let task = Task { try await work() }
    let counter = SignalCount()
    let sources = [SIGINT, SIGTERM, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        if counter.increment() > 1 { _exit(128 + number) }
        task.cancel()
      }
      source.resume()
      return source
    }
    defer { for source in sources { source.cancel() } }
    return try await task.value
  }

  private final class SignalCount: Sendable {
    private let count = Atomic<Int>(0)

    func increment() -> Int { count.add(1, ordering: .relaxed).newValue }
  }
}
