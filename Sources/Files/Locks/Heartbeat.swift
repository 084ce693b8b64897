internal import Foundations
internal import Glibc

/// The lock files of this process, touched again and again, so that hosts which cannot see its locks see that
/// it lives.
final class Heartbeat: Sendable {
  static let shared = Heartbeat()

  private static let seconds: UInt32 = 15
  private static let stackBytes = 1 << 18

  private struct Held {
    let descriptor: Int32
    let store: FileStore
  }

  private struct State {
    var held: [String: Held] = [:]
    var isBeating = false
  }

  private let state = Guarded(State())

  private init() {}

  /// Begins to touch a lock file, until the token is removed.
  func add(_ token: String, _ descriptor: Int32, store: FileStore) {
    state.withLock { state in
      state.held[token] = Held(descriptor: descriptor, store: store)
      if !state.isBeating { state.isBeating = Self.startThread() }
    }
  }

  /// Ends it; afterward the descriptor may be closed.
  func remove(_ token: String) { state.withLock { _ = $0.held.removeValue(forKey: token) } }

  func holds(_ token: String) -> Bool { state.withLock { $0.held[token] != nil } }

  private func beat() {
    state.withLock { state in
      for held in state.held.values { _ = held.store.operations.touch(held.descriptor) }
    }
  }

  /// - Returns: whether there is a thread; without one the next lock file tries again.
  private static func startThread() -> Bool {
    withUnsafeTemporaryAllocation(of: pthread_attr_t.self, capacity: 1) { buffer in
      guard let attributes = buffer.baseAddress, pthread_attr_init(attributes) == 0 else { return false }
      defer { pthread_attr_destroy(attributes) }
      pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED))
      pthread_attr_setstacksize(attributes, stackBytes)
      var thread = pthread_t()
      return pthread_create(
        &thread, attributes,
        { _ in
          while true {
            sleep(Heartbeat.seconds)
            Heartbeat.shared.beat()
          }
        }, nil) == 0
    }
  }
}
