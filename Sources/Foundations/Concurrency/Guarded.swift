internal import Glibc

/// A value that is reached only with a lock held.
///
/// Like `Synchronization.Mutex`, but on top of a POSIX mutex: the former's Linux implementation is invisible to
/// the thread sanitizer, which then reports every guarded value as a race and so can't find a real one. The
/// mutex is an adaptive one, which spins for a moment before it sleeps, since locks here are held for nanoseconds.
@usableFromInline package struct Guarded<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
  // Sendable because `value` is reached with the mutex held, and the pointers never change. What `withLock` gives
  // out must be Sendable, or moved out.
  @usableFromInline package let mutex: GuardMutex
  @usableFromInline package let value: UnsafeMutablePointer<Value>

  /// Puts `value` behind a lock of its own.
  package init(_ value: consuming Value) {
    // In one piece of memory, so that whoever takes the lock has the value in the same cache lines.
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

/// A POSIX mutex in memory of its owner.
@usableFromInline package struct GuardMutex: @unchecked Sendable {
  // Sendable because being used by several threads is what a mutex is for.
  private let handle: UnsafeMutablePointer<pthread_mutex_t>

  static var size: Int { MemoryLayout<pthread_mutex_t>.size }
  static var alignment: Int { MemoryLayout<pthread_mutex_t>.alignment }

  init(initializing memory: UnsafeMutableRawPointer) {
    handle = memory.bindMemory(to: pthread_mutex_t.self, capacity: 1)
    var attributes = pthread_mutexattr_t()
    pthread_mutexattr_init(&attributes)
    pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_ADAPTIVE_NP))
    let status = pthread_mutex_init(handle, &attributes)
    precondition(status == 0, "a mutex needs nothing that could be lacking")
    pthread_mutexattr_destroy(&attributes)
  }

  @usableFromInline package func lock() {
    let status = pthread_mutex_lock(handle)
    precondition(status == 0, "a lock taken twice or never made")
  }

  @usableFromInline package func unlock() { pthread_mutex_unlock(handle) }

  /// Ends the mutex and frees the memory it began.
  func destroy() {
    pthread_mutex_destroy(handle)
    UnsafeMutableRawPointer(handle).deallocate()
  }
}
