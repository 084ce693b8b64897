import Dispatch
import Synchronization

/// Runs `body` on the shared threads and waits for it.
///
/// Sections are plain calls on the main thread, so that what is timed on one thread stays on it.
func waitFor<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
  let outcome = Outcome<Value>()
  let done = DispatchSemaphore(value: 0)
  Task.detached {
    do {
      outcome.store(.success(try await body()))
    } catch {
      outcome.store(.failure(error))
    }
    done.signal()
  }
  done.wait()
  return try outcome.take()
}

private final class Outcome<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, any Error>?>(nil)

  func store(_ value: Result<Value, any Error>) { result.withLock { $0 = value } }

  func take() throws -> Value {
    guard let result = result.withLock({ $0 }) else {
      throw BenchmarkError.systemCall(name: "task without a result", errno: 0)
    }
    return try result.get()
  }
}
