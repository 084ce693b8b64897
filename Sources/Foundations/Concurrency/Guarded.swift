internal import Glibc

/// A value that is accessed only with a lock held.
///
/// Like `Synchronization.Mutex`, but based on a POSIX mutex: the Linux implementation of the former is
/// invisible to the thread sanitizer, which reports every use as a race. The mutex is adaptive: it spins
/// briefly before it sleeps, since locks here are held for nanoseconds.
@usableFromInline package struct Guarded<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
  // Invariant behind @unchecked Sendable: `value` is accessed only with the mutex held, and the pointers
  // never change. Results of `withLock` must be Sendable, or moved out.
  @usableFromInline package let mutex: GuardMutex
  @usableFromInline package let value: UnsafeMutablePointer<Value>

  /// Guards `value` by a new lock.
  package init(_ value: consuming Value) {
    // In one allocation, so that lock and value share cache lines.
    let alignment = max(GuardMutex.alignment, MemoryLayout<Value>.alignment)
    let offset = (GuardMutex.size + alignment - 1) / alignment * alignment
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: offset + MemoryLayout<Value>.size, alignment: max(alignment, cacheLineBytes))
    self.mutex = GuardMutex(initializing: memory)
    self.value = (memory + offset).bindMemory(to: Value.self, capacity: 1)
    self.value.initialize(to: value)
  }

  deinit {
    value.deinitialize(count: 1)
    mutex.destroy()
  }

  /// Calls `body`, which must neither wait nor call `withLock` again, with the lock held.
  @inlinable package func withLock<Result: ~Copyable>(_ body: (inout Value) -> Result) -> Result {
    mutex.lock()
    defer { mutex.unlock() }
    return body(&value.pointee)
  }
}

private let cacheLineBytes = 64

/// A POSIX mutex in memory provided by its owner.
@usableFromInline package struct GuardMutex: @unchecked Sendable {
  // Invariant behind @unchecked Sendable: the mutex is used only through pthread functions.
  private let handle: UnsafeMutablePointer<pthread_mutex_t>

  static var size: Int { MemoryLayout<pthread_mutex_t>.size }
  static var alignment: Int { MemoryLayout<pthread_mutex_t>.alignment }

  init(initializing memory: UnsafeMutableRawPointer) {
    handle = memory.bindMemory(to: pthread_mutex_t.self, capacity: 1)
    var attributes = pthread_mutexattr_t()
    pthread_mutexattr_init(&attributes)
    pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_ADAPTIVE_NP))
    let status = pthread_mutex_init(handle, &attributes)
    precondition(status == 0, "pthread_mutex_init: \(status)")
    pthread_mutexattr_destroy(&attributes)
  }

  @usableFromInline package func lock() {
    let status = pthread_mutex_lock(handle)
    precondition(status == 0, "pthread_mutex_lock: \(status)")
  }

  @usableFromInline package func unlock() { pthread_mutex_unlock(handle) }

  /// Destroys the mutex and frees the memory that it begins.
  func destroy() {
    pthread_mutex_destroy(handle)
    UnsafeMutableRawPointer(handle).deallocate()
  }
}
