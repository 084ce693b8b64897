/// The receiving end of a running stage: messages of one type, in order.
///
/// Messages come in groups, numbered through the whole stream; a worker of a stage with n workers receives
/// every n-th group. The number of a group determines its lane, so lanes are merged in group order whatever
/// the timing, and no dispatcher is needed.
///
/// Read either by groups (``nextGroup()``, then ``next()`` until it returns `nil`) or straight through
/// (``nextInStream()``).
@usableFromInline package struct Receiver<Message: GraphMessage & ~Copyable>: ~Copyable {
  @usableFromInline package enum Arrival: ~Copyable {
    case message(Message)
    case endOfGroup
    case endOfStream
  }

  @usableFromInline package enum Position { case betweenGroups, inGroup, atEndOfGroup, atEndOfStream }

  @usableFromInline package let lanes: [Channel<Message>]
  @usableFromInline package let meter: WorkerMeter
  @usableFromInline package let beforeWaiting: @Sendable () -> Void
  @usableFromInline package let stride: Int
  @usableFromInline package var lane: Int
  @usableFromInline package var current: Channel<Message>
  @usableFromInline package var position = Position.betweenGroups
  @usableFromInline package var peeked: Message?

  /// The receiving end of one worker.
  ///
  /// - Parameters:
  ///   - lanes: All lanes of the arrow, a multiple of `workers`.
  ///   - worker: The index of the worker, from 0.
  ///   - workers: The number of workers of the stage.
  ///   - meter: Counts messages and waiting times.
  ///   - beforeWaiting: Called whenever there is no message and the worker is about to suspend.
  package init(
    lanes: [Channel<Message>], worker: Int, of workers: Int, meter: WorkerMeter,
    beforeWaiting: @escaping @Sendable () -> Void = {}
  ) {
    precondition(!lanes.isEmpty && lanes.count.isMultiple(of: workers) && (0..<workers).contains(worker))
    self.lanes = lanes
    self.beforeWaiting = beforeWaiting
    self.meter = meter
    self.stride = workers
    self.lane = worker
    self.current = lanes[worker]
  }

  /// Moves to the start of the next group, skipping the rest of the current one.
  ///
  /// - Returns: `false` at the end of the stream.
  @inlinable package mutating func nextGroup() async throws(StageStop) -> Bool {
    while position == .inGroup {
      if try await next() == nil { break }
    }
    guard position != .atEndOfStream else { return false }
    switch try await arrival() {
    case .message(let message):
      peeked = consume message
      position = .inGroup
      return true
    case .endOfGroup:
      position = .atEndOfGroup
      return true
    case .endOfStream:
      position = .atEndOfStream
      return false
    }
  }

  /// The next message of the current group, or `nil` at its end.
  @inlinable package mutating func next() async throws(StageStop) -> Message? {
    guard position == .inGroup else { return nil }
    if peeked != nil { return peeked.take() }
    switch try await arrival() {
    case .message(let message): return message
    case .endOfGroup:
      position = .betweenGroups
      return nil
    case .endOfStream:
      // The sender ended within a group, which ends the group.
      position = .atEndOfStream
      return nil
    }
  }

  /// The next message of any group, or `nil` at the end of the stream.
  @inlinable package mutating func nextInStream() async throws(StageStop) -> Message? {
    if peeked != nil { return peeked.take() }
    while position != .atEndOfStream {
      switch try await arrival() {
      case .message(let message):
        position = .inGroup
        return message
      case .endOfGroup: position = .betweenGroups
      case .endOfStream: position = .atEndOfStream
      }
    }
    return nil
  }

  @inlinable package mutating func arrival() async throws(StageStop) -> Arrival {
    while true {
      switch current.poll() {
      case .entry(.message(let message)):
        meter.countIn(bytes: message.byteCount)
        return .message(message)
      case .entry(.endOfGroup):
        advance()
        return .endOfGroup
      case .finished: return .endOfStream
      case .closed: throw .downstreamFinished
      case .stopped: throw .graphEnded
      case .empty:
        // Messages that this worker has sent must not go unnoticed while it rests.
        beforeWaiting()
        meter.beginWait(onOutput: false)
        await current.waitToReceive()
        meter.endWait()
      }
    }
  }

  @usableFromInline package mutating func advance() {
    guard lanes.count > stride else { return }
    // This lane is not read again for a while, so its sender may use the room there is.
    current.receiverPauses()
    lane = (lane + stride) % lanes.count
    current = lanes[lane]
  }

  /// Closes this worker's lanes.
  func close() {
    for lane in Self.ownLanes(lanes, worker: lane % stride, of: stride) { lane.close() }
  }

  /// The lanes of one worker among all lanes of an arrow.
  static func ownLanes(
    _ lanes: [Channel<Message>], worker: Int, of workers: Int
  ) -> [Channel<Message>] {
    Swift.stride(from: worker, to: lanes.count, by: workers).map { lanes[$0] }
  }
}
