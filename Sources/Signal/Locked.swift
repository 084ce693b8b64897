import Glibc

/// A value that is reached only with a lock held.
///
/// On top of a POSIX mutex, for the thread sanitizer doesn't see `Synchronization.Mutex` on Linux and reports each
/// value behind one as a race.
final class Locked<Value>: @unchecked Sendable {
  // Invariant behind @unchecked Sendable: `value` is touched in `withLock` alone, and what that gives out is Sendable.
  // It lies behind a pointer, since the sanitizer takes the access to a stored property to begin before the lock.
  private let value: UnsafeMutablePointer<Value>
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>

  init(_ value: Value) {
    self.value = .allocate(capacity: 1)
    self.value.initialize(to: value)
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    let status = pthread_mutex_init(mutex, nil)
    precondition(status == 0, "a mutex needs nothing that could be lacking")
  }

  deinit {
    value.deinitialize(count: 1)
    value.deallocate()
    pthread_mutex_destroy(mutex)
    mutex.deinitialize(count: 1)
    mutex.deallocate()
  }

  /// Calls `body`, which must not call `withLock` of the same lock, with the lock held.
  func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body(&value.pointee)
  }
}
