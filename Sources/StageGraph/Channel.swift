public import Foundations

/// An entry of a channel: a message, or the mark by which lanes are merged in order.
@usableFromInline package enum Entry<Message: GraphMessage & ~Copyable>: ~Copyable, Sendable {
  case message(Message)
  case endOfGroup
}

/// The storage of a bounded channel with one sender and one receiver.
///
/// ``ChannelStateMachine`` decides under the lock; this class moves elements between its ring and the two
/// ends and resumes continuations after the lock is released. An exchange that need not wait takes the lock
/// once, and neither suspends nor allocates.
///
/// - Note: `offer` and `poll` may be called from any thread, but each from one task at a time; `close` and
///   `terminate` from anywhere.
@usableFromInline package final class Channel<Message: GraphMessage & ~Copyable>: Sendable {
  @usableFromInline package struct State: ~Copyable {
    @usableFromInline package var machine: ChannelStateMachine
    @usableFromInline package var sender: UnsafeContinuation<Void, Never>?
    @usableFromInline package var receiver: UnsafeContinuation<Void, Never>?

    init(machine: ChannelStateMachine) { self.machine = machine }
  }

  /// The outcome of an offer.
  @usableFromInline package enum OfferOutcome: Sendable {
    /// The entry is stored and the slot it came from is empty.
    case stored
    /// The ring is full; the entry is still the caller's.
    case full
    /// The receiver has closed; the entry is still the caller's.
    case closed
    /// The graph has ended; the entry is still the caller's.
    case stopped
  }

  /// The outcome of a poll.
  @usableFromInline package enum PollOutcome: ~Copyable, Sendable {
    case entry(Entry<Message>)
    case empty
    case finished
    case closed
    case stopped
  }

  @usableFromInline package let state: Guarded<State>

  // Invariant behind nonisolated(unsafe): a slot is touched only under the lock, by the end to which the
  // state machine has just given it, or after a teardown by the one caller that was given the remaining
  // slots.
  @usableFromInline nonisolated(unsafe) let ring: UnsafeMutablePointer<Entry<Message>>

  /// The number of slots.
  @usableFromInline package let capacity: Int

  private let whenClosed: (@Sendable () -> Void)?

  /// An open, empty channel; see ``ChannelStateMachine``.
  ///
  /// - Parameters:
  ///   - capacity: The number of messages that it has room for.
  ///   - receiverWakeCount: The number of messages that wake a waiting receiver.
  ///   - whenClosed: Called once, without the lock, when the receiver closes.
  package init(
    capacity: Int, receiverWakeCount: Int = 1, whenClosed: (@Sendable () -> Void)? = nil
  ) {
    let machine = ChannelStateMachine(capacity: capacity, receiverWakeCount: receiverWakeCount)
    self.capacity = capacity
    self.whenClosed = whenClosed
    self.state = Guarded(State(machine: machine))
    self.ring = .allocate(capacity: capacity)
  }

  deinit {
    terminate()
    ring.deallocate()
  }

  // MARK: The sender's end

  /// Stores an entry if there is room.
  ///
  /// - Parameters:
  ///   - slot: The entry; nil afterward if it was stored.
  ///   - isUrgent: Wakes the receiver even if it waits for more than this entry.
  @inlinable package func offer(_ slot: inout Entry<Message>?, isUrgent: Bool = false) -> OfferOutcome {
    var waiting: UnsafeContinuation<Void, Never>?
    let outcome = state.withLock { state -> OfferOutcome in
      switch state.machine.send(isUrgent: isUrgent) {
      case .store(let index, let wakesReceiver):
        if let entry = slot.take() { (ring + index).initialize(to: entry) }
        if wakesReceiver { waiting = state.receiver.take() }
        return .stored
      case .wait: return .full
      case .discard: return .closed
      case .stop: return .stopped
      }
    }
    waiting?.resume()
    return outcome
  }

  /// Suspends until it may be worth offering again.
  @inlinable package func waitToSend() async {
    await withUnsafeContinuation { continuation in
      let suspends = state.withLock { state in
        guard state.machine.senderSuspends() else { return false }
        state.sender = continuation
        return true
      }
      if !suspends { continuation.resume() }
    }
  }

  /// Wakes a receiver that waits for more entries, if there are any.
  @inlinable package func senderPauses() {
    let waiting = state.withLock { state in state.machine.senderPauses() ? state.receiver.take() : nil }
    waiting?.resume()
  }

  /// Ends the sequence of entries.
  @inlinable package func finish() {
    let waiting = state.withLock { state in state.machine.finish() ? state.receiver.take() : nil }
    waiting?.resume()
  }

  // MARK: The receiver's end

  /// Takes the oldest entry, if there is one.
  @inlinable package func poll() -> PollOutcome {
    var waiting: UnsafeContinuation<Void, Never>?
    let outcome = state.withLock { state -> PollOutcome in
      switch state.machine.receive() {
      case .take(let index, let wakesSender):
        if wakesSender { waiting = state.sender.take() }
        return .entry((ring + index).move())
      case .wait: return .empty
      case .finish: return .finished
      case .closed: return .closed
      case .stop: return .stopped
      }
    }
    waiting?.resume()
    return outcome
  }

  /// Suspends until it may be worth polling again.
  @inlinable package func waitToReceive() async {
    await withUnsafeContinuation { continuation in
      let suspends = state.withLock { state in
        guard state.machine.receiverSuspends() else { return false }
        state.receiver = continuation
        return true
      }
      if !suspends { continuation.resume() }
    }
  }

  /// Wakes a sender that waits for a half-empty ring, if there is any room.
  @inlinable package func receiverPauses() {
    let waiting = state.withLock { state in state.machine.receiverPauses() ? state.sender.take() : nil }
    waiting?.resume()
  }

  /// Takes no further entry; stored entries are destroyed, and `whenClosed` is called.
  ///
  /// - Note: From any thread: a worker whose output is no longer read is stopped by closing its input.
  package func close() {
    let isFirst = tearDown { $0.close() }
    if isFirst { whenClosed?() }
  }

  // MARK: The graph's end

  /// Ends both ends at once; stored entries are destroyed, so that their buffers return to their pools.
  package func terminate() { _ = tearDown { $0.terminate() } }

  /// The current number of stored entries.
  @inlinable package var count: Int { state.withLock { $0.machine.count } }

  /// Applies an input that ends the channel; returns whether the channel was open or finished before.
  private func tearDown(_ input: (inout ChannelStateMachine) -> ChannelStateMachine.Teardown) -> Bool {
    var sender: UnsafeContinuation<Void, Never>?
    var receiver: UnsafeContinuation<Void, Never>?
    let (teardown, isFirst) = state.withLock { state in
      let isFirst = state.machine.phase == .open || state.machine.phase == .finished
      let teardown = input(&state.machine)
      if teardown.wakesSender { sender = state.sender.take() }
      if teardown.wakesReceiver { receiver = state.receiver.take() }
      return (teardown, isFirst)
    }
    sender?.resume()
    receiver?.resume()
    // After the lock, as a message's deinit is foreign code. Nobody else can reach these slots.
    var slot = teardown.firstSlot
    for _ in 0..<teardown.count {
      (ring + slot).deinitialize(count: 1)
      slot = slot + 1 == capacity ? 0 : slot + 1
    }
    return isFirst
  }
}
