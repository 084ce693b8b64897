internal import Synchronization

/// Why a pool gave no buffer.
package enum BufferPoolError: Error, Equatable {
  /// As many buffers as the pool may have are in use.
  case exhausted(limit: Int)
}

/// Buffers of one size that are used again instead of being allocated for every block.
///
/// Acquiring never waits. It takes a free buffer, or makes one as long as there are fewer than `limit`. What bounds
/// memory, and pushes back, are the channels: a slab in use is in a channel or in a worker's hands, and both are
/// counted by the graph, so that for blocks on an arrow with `lanes` lanes no more than
///
///     lanes × capacity + senders × held by a sender + receivers × held by a receiver
///
/// are ever in use. A pool that waited when empty would bound the same memory a second time, and could deadlock
/// where the channels cannot: with lanes merged in order, the lanes not being read would fill up with all the slabs,
/// and the one lane that is being read could get none. `limit` is there so that a stage that hoards slabs fails
/// with an error instead of eating the machine; give it the sum above, or leave it out.
///
/// - Note: Any thread may acquire, and any thread may drop a slab. Both take a lock for some nanoseconds; a buffer
///   already made is given without allocating.
package final class BufferPool<Element: BitwiseCopyable & Numeric & Sendable>: Sendable {
  /// How a pool has been used.
  package struct Usage: Equatable, Sendable {
    /// Slabs in use now.
    package let live: Int
    /// Most slabs in use at once.
    package let peakLive: Int
    /// Buffers made so far and kept, in use or free.
    package let allocated: Int
  }

  // Sendable because a buffer has one owner at any time: the free list or one slab.
  struct Buffer: @unchecked Sendable {
    let base: UnsafeMutablePointer<Element>
  }

  private enum Answer {
    case reused(Buffer)
    case toBeMade
    case exhausted
  }

  private struct State {
    var free: [Buffer] = []
    var live = 0
    var peakLive = 0
  }

  /// Elements in each buffer.
  package let elementsPerBuffer: Int
  /// Most buffers there may be.
  package let limit: Int
  private let state = Mutex(State())

  /// A pool without buffers; each is made when first needed.
  ///
  /// - Parameters:
  ///   - elementsPerBuffer: At least 1.
  ///   - limit: Most buffers in use at once, at least 1.
  package init(elementsPerBuffer: Int, limit: Int = .max) {
    precondition(elementsPerBuffer >= 1 && limit >= 1, "a pool of nothing")
    self.elementsPerBuffer = elementsPerBuffer
    self.limit = limit
  }

  deinit {
    // Each slab keeps its pool alive, so all buffers are back.
    let free = state.withLock { $0.free }
    for buffer in free { UnsafeMutableRawPointer(buffer.base).deallocate() }
  }

  /// How the pool has been used up to now.
  package var usage: Usage {
    state.withLock { Usage(live: $0.live, peakLive: $0.peakLive, allocated: $0.live + $0.free.count) }
  }

  /// A slab with `count` 0, whose elements are what its last owner left there (zeros in a new one).
  ///
  /// - Throws: ``BufferPoolError/exhausted(limit:)``.
  package func acquire() throws(BufferPoolError) -> Slab<Element> {
    let answer: Answer = state.withLock { state in
      guard state.live < limit else { return .exhausted }
      state.live += 1
      state.peakLive = max(state.peakLive, state.live)
      guard let buffer = state.free.popLast() else { return .toBeMade }
      return .reused(buffer)
    }
    switch answer {
    case .exhausted: throw .exhausted(limit: limit)
    case .reused(let buffer): return Slab(base: buffer.base, pool: self)
    case .toBeMade:
      let raw = UnsafeMutableRawPointer.allocate(
        byteCount: elementsPerBuffer * MemoryLayout<Element>.stride, alignment: slabAlignment)
      let base = raw.initializeMemory(as: Element.self, repeating: .zero, count: elementsPerBuffer)
      return Slab(base: base, pool: self)
    }
  }

  fileprivate func giveBack(_ base: UnsafeMutablePointer<Element>) {
    let buffer = Buffer(base: base)
    state.withLock { state in
      state.live -= 1
      state.free.append(buffer)
    }
  }
}

/// The alignment of a slab's memory in bytes: a cache line, and the widest vector register.
package let slabAlignment = 64

/// A pooled buffer with one owner.
///
/// It goes back to its pool when the owner lets go of it, in whatever way: used up, thrown away by an error,
/// or destroyed with a channel that a failed graph has ended.
///
/// - Note: May be handed from thread to thread, like any value with one owner.
package struct Slab<Element: BitwiseCopyable & Numeric & Sendable>: ~Copyable, @unchecked Sendable {
  // Sendable because the memory is reached through this one owner only.

  /// The first element, 64-byte aligned.
  ///
  /// Valid as long as the slab.
  package let base: UnsafeMutablePointer<Element>
  /// The number of elements that mean something, from the first on: set by whoever fills the slab.
  package var count = 0 {
    didSet { precondition((0...capacity).contains(count), "count outside the slab") }
  }
  private let pool: BufferPool<Element>

  fileprivate init(base: UnsafeMutablePointer<Element>, pool: BufferPool<Element>) {
    self.base = base
    self.pool = pool
  }

  deinit { pool.giveBack(base) }

  /// The number of elements the slab has room for.
  package var capacity: Int { pool.elementsPerBuffer }

  /// The bytes of the first `count` elements.
  package var byteCount: Int { count * MemoryLayout<Element>.stride }

  /// The first `count` elements, for reading.
  package var span: Span<Element> {
    @_lifetime(borrow self)
    get {
      let span = Span(_unsafeStart: base, count: count)
      return _overrideLifetime(span, borrowing: self)
    }
  }

  /// All `capacity` elements, for writing.
  package var mutableSpan: MutableSpan<Element> {
    @_lifetime(&self)
    mutating get {
      let span = MutableSpan(_unsafeStart: base, count: capacity)
      return _overrideLifetime(span, mutating: &self)
    }
  }
}
