/// The rules of a bounded channel with one sender and one receiver, and nothing else.
///
/// The machine holds no elements, takes no lock and resumes no task: every input returns what its owner
/// (``Channel``) has to do. It only counts the slots of a ring, so its state is small, equatable and
/// testable.
///
///              send, receive
///                 ┌───┐
///                 │   ▼
///     finish ┌── open ──┐ close          (the receiver wants no more)
///            ▼    │     ▼
///        finished ─┼─► closed
///            │     │     │
///            └─────┼─────┘  terminate    (the graph failed or was canceled)
///                  ▼
///             terminated
///
/// Waking has hysteresis, since it costs microseconds while storing an element costs tens of nanoseconds. A
/// sender that found the ring full is woken once the ring is at most half full, or by ``receiverPauses()``. A
/// receiver that found it empty is woken by `receiverWakeCount` elements, by an urgent one, or by
/// ``senderPauses()``. So an end that is about to rest, or to work elsewhere, must report it: then no end
/// sleeps while it has something to do.
@usableFromInline package struct ChannelStateMachine: Equatable, Sendable {
  /// The phase of the channel's life.
  @usableFromInline package enum Phase: Equatable, Sendable {
    /// Both ends are active.
    case open
    /// The sender has sent its last element; the receiver may still take what is stored.
    case finished
    /// The receiver takes no more elements.
    case closed
    /// The graph has ended; nothing is stored.
    case terminated
  }

  /// The response to ``send(isUrgent:)``.
  @usableFromInline package enum SendAction: Equatable, Sendable {
    /// Store the element in the slot, then wake the receiver if requested.
    case store(slot: Int, wakesReceiver: Bool)
    /// The ring is full: suspend after ``senderSuspends()``, then try again.
    case wait
    /// Drop the element: the receiver has closed.
    case discard
    /// Stop: the graph has ended.
    case stop
  }

  /// The response to ``receive()``.
  @usableFromInline package enum ReceiveAction: Equatable, Sendable {
    /// Take the element out of the slot, then wake the sender if requested.
    case take(slot: Int, wakesSender: Bool)
    /// The ring is empty: suspend after ``receiverSuspends()``, then try again.
    case wait
    /// The sender has finished and everything has been taken.
    case finish
    /// Stop: this end was closed.
    case closed
    /// Stop: the graph has ended.
    case stop
  }

  /// The response to an input that ends the channel: elements to destroy and tasks to wake.
  @usableFromInline package struct Teardown: Equatable, Sendable {
    /// The slot of the oldest element to destroy; the others follow it around the ring.
    @usableFromInline package let firstSlot: Int
    /// The number of elements to destroy.
    ///
    /// The caller owns these slots from now on.
    @usableFromInline package let count: Int
    /// The sender waits and must be resumed.
    @usableFromInline package let wakesSender: Bool
    /// The receiver waits and must be resumed.
    @usableFromInline package let wakesReceiver: Bool

    @inlinable package init(firstSlot: Int, count: Int, wakesSender: Bool, wakesReceiver: Bool) {
      self.firstSlot = firstSlot
      self.count = count
      self.wakesSender = wakesSender
      self.wakesReceiver = wakesReceiver
    }
  }

  /// The maximum number of stored elements, at least 1.
  @usableFromInline package let capacity: Int
  /// The number of stored elements at or below which a waiting sender is woken.
  @usableFromInline package let senderWakeCount: Int
  /// The number of stored elements at or above which a waiting receiver is woken.
  @usableFromInline package let receiverWakeCount: Int

  @usableFromInline package var currentPhase = Phase.open
  @usableFromInline package var head = 0
  @usableFromInline package var stored = 0
  @usableFromInline package var senderWaits = false
  @usableFromInline package var receiverWaits = false

  /// An open, empty channel.
  ///
  /// - Parameters:
  ///   - capacity: Slots in the ring, at least 1.
  ///   - receiverWakeCount: Elements that wake a waiting receiver, from 1 to `capacity`.
  package init(capacity: Int, receiverWakeCount: Int = 1) {
    precondition(capacity >= 1, "a channel holds at least one element")
    precondition((1...capacity).contains(receiverWakeCount), "wake count outside 1...capacity")
    self.capacity = capacity
    self.senderWakeCount = capacity / 2
    self.receiverWakeCount = receiverWakeCount
  }

  /// The current phase.
  @inlinable package var phase: Phase { currentPhase }
  /// The number of elements in the ring.
  @inlinable package var count: Int { stored }
  /// Whether the sender is suspended.
  @inlinable package var isSenderWaiting: Bool { senderWaits }
  /// Whether the receiver is suspended.
  @inlinable package var isReceiverWaiting: Bool { receiverWaits }

  // MARK: Inputs of the sender

  /// The sender has an element.
  ///
  /// - Parameter isUrgent: Wakes a waiting receiver whatever the number of stored elements.
  @inlinable package mutating func send(isUrgent: Bool = false) -> SendAction {
    switch currentPhase {
    case .open:
      guard stored < capacity else { return .wait }
      var slot = head + stored
      if slot >= capacity { slot -= capacity }
      stored += 1
      let wakes = receiverWaits && (isUrgent || stored >= receiverWakeCount)
      if wakes { receiverWaits = false }
      return .store(slot: slot, wakesReceiver: wakes)
    case .closed: return .discard
    case .terminated: return .stop
    case .finished: preconditionFailure("sent after finishing")
    }
  }

  /// The sender is about to suspend; `false` if it should try again instead.
  @inlinable package mutating func senderSuspends() -> Bool {
    precondition(!senderWaits, "two senders in one channel")
    guard currentPhase == .open, stored == capacity else { return false }
    senderWaits = true
    return true
  }

  /// The sender will do something else for a while; returns whether the receiver must be woken.
  @inlinable package mutating func senderPauses() -> Bool {
    guard receiverWaits, stored > 0 else { return false }
    receiverWaits = false
    return true
  }

  /// The sender has sent its last element; returns whether the receiver must be woken.
  ///
  /// Later calls change nothing.
  @inlinable package mutating func finish() -> Bool {
    guard currentPhase == .open else { return false }
    currentPhase = .finished
    defer { receiverWaits = false }
    return receiverWaits
  }

  // MARK: Inputs of the receiver

  /// The receiver wants an element.
  @inlinable package mutating func receive() -> ReceiveAction {
    if stored > 0 {
      // Elements are kept only while open or finished.
      let slot = head
      head += 1
      if head == capacity { head = 0 }
      stored -= 1
      let wakes = senderWaits && stored <= senderWakeCount
      if wakes { senderWaits = false }
      return .take(slot: slot, wakesSender: wakes)
    }
    switch currentPhase {
    case .open: return .wait
    case .finished: return .finish
    case .closed: return .closed
    case .terminated: return .stop
    }
  }

  /// The receiver is about to suspend; `false` if it should try again instead.
  @inlinable package mutating func receiverSuspends() -> Bool {
    precondition(!receiverWaits, "two receivers in one channel")
    guard currentPhase == .open, stored == 0 else { return false }
    receiverWaits = true
    return true
  }

  /// The receiver will read elsewhere for a while; returns whether the sender must be woken.
  @inlinable package mutating func receiverPauses() -> Bool {
    guard senderWaits, stored < capacity else { return false }
    senderWaits = false
    return true
  }

  /// The receiver takes no more elements.
  ///
  /// Later calls change nothing.
  @inlinable package mutating func close() -> Teardown {
    guard currentPhase == .open || currentPhase == .finished else { return tearDown(currentPhase) }
    return tearDown(.closed)
  }

  // MARK: Inputs of the graph

  /// The graph has failed or was canceled.
  ///
  /// Later calls change nothing.
  @inlinable package mutating func terminate() -> Teardown { tearDown(.terminated) }

  @inlinable package mutating func tearDown(_ phase: Phase) -> Teardown {
    defer {
      currentPhase = phase
      stored = 0
      head = 0
      senderWaits = false
      receiverWaits = false
    }
    return Teardown(
      firstSlot: head, count: stored, wakesSender: senderWaits, wakesReceiver: receiverWaits)
  }
}
