import Foundations

/// The error of a pool that has no buffer to give.
@usableFromInline package enum BufferPoolError: Error, Equatable {
  /// All `limit` buffers are in use.
  case exhausted(limit: Int)
}

/// A pool of buffers of one size, reused instead of being allocated for every block.
///
/// Acquiring never waits: it takes a free buffer, or makes one as long as fewer than `limit` are in use.
/// Memory is bounded, and backpressure exerted, by the channels: a slab in use is in a channel or held by a
/// worker, so for blocks on an arrow with `lanes` lanes at most
///
///     lanes × capacity + senders × held by a sender + receivers × held by a receiver
///
/// slabs are in use. A pool that waited when empty would bound the same memory twice, and could deadlock
/// where the channels cannot: with lanes merged in order, the lanes not being read could fill up with all the
/// slabs, and the one lane being read would get none. `limit` makes a stage that hoards slabs fail with an
/// error instead of exhausting memory; pass the sum above, or omit it.
///
/// - Note: Any thread may acquire or drop a slab. Both take a lock for some nanoseconds; reusing a buffer
///   allocates nothing.
@usableFromInline package struct BufferPool<Element: BitwiseCopyable & Numeric & Sendable>: Sendable {
  @usableFromInline package let store: BufferStore

  /// Elements in each buffer.
  @usableFromInline package let elementsPerBuffer: Int

  /// An empty pool; buffers are made on demand.
  ///
  /// - Parameters:
  ///   - elementsPerBuffer: At least 1.
  ///   - limit: The maximum number of buffers in use at once, at least 1.
  package init(elementsPerBuffer: Int, limit: Int = .max) {
    precondition(elementsPerBuffer >= 1 && limit >= 1, "a pool of \(limit) buffers of \(elementsPerBuffer)")
    let (bytes, overflows) = elementsPerBuffer.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
    precondition(!overflows, "a buffer larger than memory")
    self.elementsPerBuffer = elementsPerBuffer
    self.store = BufferStore(bytesPerBuffer: bytes, limit: limit)
  }

  /// The usage of the pool so far.
  package var usage: BufferPoolUsage { store.usage }

  /// A slab with `count` 0, whose elements are those of its last owner (zeros in a new one).
  ///
  /// - Throws: ``BufferPoolError/exhausted(limit:)``.
  @inlinable package func acquire() throws(BufferPoolError) -> Slab<Element> {
    let buffer = try store.acquire()
    if buffer.isNew {
      _ = buffer.base.initializeMemory(as: Element.self, repeating: .zero, count: elementsPerBuffer)
    }
    let base = buffer.base.assumingMemoryBound(to: Element.self)
    return Slab(base: base, capacity: elementsPerBuffer, store: store)
  }
}

/// The usage of a pool.
package struct BufferPoolUsage: Equatable, Sendable {
  /// The number of slabs in use.
  package let live: Int
  /// The maximum number of slabs in use at once.
  package let peakLive: Int
  /// The number of buffers allocated, in use or free.
  package let allocated: Int

  package init(live: Int, peakLive: Int, allocated: Int) {
    self.live = live
    self.peakLive = peakLive
    self.allocated = allocated
  }
}

/// The memory of a pool without its element type, so that callers need no specialization.
@usableFromInline package final class BufferStore: Sendable {
  /// A buffer taken from the store.
  @usableFromInline package struct Buffer: @unchecked Sendable {
    // Sendable because a buffer has one owner at a time, the free list or a slab.
    @usableFromInline package let base: UnsafeMutableRawPointer
    @usableFromInline package let isNew: Bool
  }

  private struct State {
    var free: [Buffer] = []
    var live = 0
    var peakLive = 0
  }

  private enum Answer {
    case reused(Buffer)
    case toBeMade
    case exhausted
  }

  private let bytesPerBuffer: Int
  private let limit: Int
  private let state = Guarded(State())

  init(bytesPerBuffer: Int, limit: Int) {
    self.bytesPerBuffer = bytesPerBuffer
    self.limit = limit
  }

  deinit {
    // Each slab keeps its store alive, so all buffers are back.
    let free = state.withLock { $0.free }
    for buffer in free { buffer.base.deallocate() }
  }

  var usage: BufferPoolUsage {
    state.withLock {
      BufferPoolUsage(live: $0.live, peakLive: $0.peakLive, allocated: $0.live + $0.free.count)
    }
  }

  @usableFromInline package func acquire() throws(BufferPoolError) -> Buffer {
    let answer: Answer = state.withLock { state in
      guard state.live < limit else { return .exhausted }
      state.live += 1
      state.peakLive = max(state.peakLive, state.live)
      guard let buffer = state.free.popLast() else { return .toBeMade }
      return .reused(buffer)
    }
    switch answer {
    case .exhausted: throw .exhausted(limit: limit)
    case .reused(let buffer): return buffer
    case .toBeMade:
      let base = UnsafeMutableRawPointer.allocate(byteCount: bytesPerBuffer, alignment: slabAlignment)
      return Buffer(base: base, isNew: true)
    }
  }

  @usableFromInline package func giveBack(_ base: UnsafeMutableRawPointer) {
    let buffer = Buffer(base: base, isNew: false)
    state.withLock { state in
      state.live -= 1
      state.free.append(buffer)
    }
  }
}

/// The alignment of a slab's memory in bytes: a cache line, and the widest vector register.
@usableFromInline package let slabAlignment = 64

/// A pooled buffer with one owner.
///
/// It returns to its pool when its owner drops it for any reason: consumed, discarded by an error, or
/// destroyed with a channel of a failed graph.
///
/// - Note: It may move from thread to thread, like any value with one owner.
@usableFromInline
package struct Slab<Element: BitwiseCopyable & Numeric & Sendable>: ~Copyable, @unchecked Sendable {
  // Sendable because only this one owner reaches the memory.

  /// The first element, 64-byte aligned.
  ///
  /// Valid as long as the slab.
  @usableFromInline package let base: UnsafeMutablePointer<Element>
  /// The number of valid elements, set by whoever fills the slab.
  @usableFromInline package var count = 0 {
    didSet { precondition((0...capacity).contains(count), "count outside the slab") }
  }
  /// The number of elements the slab has room for.
  @usableFromInline package let capacity: Int

  @usableFromInline package let store: BufferStore

  @inlinable package init(base: UnsafeMutablePointer<Element>, capacity: Int, store: BufferStore) {
    self.base = base
    self.capacity = capacity
    self.store = store
  }

  @inlinable deinit { store.giveBack(base) }

  /// The bytes of the first `count` elements.
  @inlinable package var byteCount: Int { count * MemoryLayout<Element>.stride }

  /// The first `count` elements, for reading.
  package var span: Span<Element> {
    @inlinable @_lifetime(borrow self)
    get {
      let span = Span(_unsafeStart: base, count: count)
      return _overrideLifetime(span, borrowing: self)
    }
  }
}
