/// The sending end of a running stage: messages of one type to every consumer of its outlet.
///
/// Stages that work group by group get this end; the groups of their output are those of their input.
@usableFromInline package struct Sender<Message: GraphMessage & ~Copyable>: ~Copyable {
  /// The lanes to one consumer.
  ///
  /// A worker of a stage with n workers fills every n-th lane, in turn.
  @usableFromInline package struct Edge {
    @usableFromInline package let lanes: [Channel<Message>]
    @usableFromInline package var lane: Int
    @usableFromInline package var current: Channel<Message>
    @usableFromInline package var closed: [Bool]

    init(lanes: [Channel<Message>], worker: Int) {
      self.lanes = lanes
      self.lane = worker
      self.current = lanes[worker]
      self.closed = Array(repeating: false, count: lanes.count)
    }
  }

  @usableFromInline package let meter: WorkerMeter
  @usableFromInline package let worker: Int
  @usableFromInline package let stride: Int
  @usableFromInline package var edges: [Edge]
  @usableFromInline package var openLanes: Int

  /// The sending end of `worker` among `workers`; each edge has a multiple of `workers` lanes.
  package init(edges: [[Channel<Message>]], worker: Int, of workers: Int, meter: WorkerMeter) {
    precondition(!edges.isEmpty && edges.allSatisfy { $0.count.isMultiple(of: workers) })
    self.meter = meter
    self.worker = worker
    self.stride = workers
    self.edges = edges.map { Edge(lanes: $0, worker: worker) }
    self.openLanes = edges.reduce(0) { $0 + $1.count / workers }
  }

  /// Sends the message, waiting while a consumer's channel is full.
  ///
  /// - Throws: ``StageStop``, which the stage must not catch.
  @inlinable package mutating func send(_ message: consuming Message) async throws(StageStop) {
    meter.countOut(bytes: message.byteCount)
    if edges.count > 1 {
      for extra in 1..<edges.count {
        // Outlet is copyable only if its message is, so a second edge implies a second owner.
        guard let second = Message.secondOwner(of: message) else { continue }
        try await put(.message(second), edge: extra)
      }
    }
    try await put(.message(message), edge: 0)
  }

  /// Makes all messages sent so far visible to the consumers at once.
  ///
  /// Otherwise a waiting consumer is woken when half of a channel is filled, at the end of a group, or when
  /// this worker waits for its own input. Only a stage that waits for something else, and whose consumers
  /// need low latency, has to call this. (Messages of a source are always visible at once.)
  @usableFromInline package func flush() {
    for edge in edges {
      for lane in Receiver<Message>.ownLanes(edge.lanes, worker: worker, of: stride) { lane.senderPauses() }
    }
  }

  @inlinable package mutating func endGroup() async throws(StageStop) {
    for edge in 0..<edges.count {
      try await put(.endOfGroup, edge: edge, isUrgent: true)
      advance(edge)
    }
  }

  @inlinable package mutating func put(
    _ entry: consuming Entry<Message>, edge: Int, isUrgent: Bool = false
  ) async throws(StageStop) {
    let channel = edges[edge].current
    var slot: Entry<Message>? = consume entry
    while true {
      switch channel.offer(&slot, isUrgent: isUrgent) {
      case .stored: return
      case .full:
        flush()
        meter.beginWait(onOutput: true)
        await channel.waitToSend()
        meter.endWait()
      case .closed:
        try noteClosed(edge)
        return
      case .stopped: throw .graphEnded
      }
    }
  }

  @usableFromInline package mutating func advance(_ edge: Int) {
    guard edges[edge].lanes.count > stride else { return }
    let lane = (edges[edge].lane + stride) % edges[edge].lanes.count
    edges[edge].lane = lane
    edges[edge].current = edges[edge].lanes[lane]
  }

  @usableFromInline package mutating func noteClosed(_ edge: Int) throws(StageStop) {
    let lane = edges[edge].lane
    if !edges[edge].closed[lane] {
      edges[edge].closed[lane] = true
      openLanes -= 1
    }
    // Other consumers may still be open.
    if openLanes == 0 { throw .downstreamFinished }
  }

  /// Finishes this worker's lanes to every consumer.
  func finish() {
    for edge in edges {
      for lane in Receiver<Message>.ownLanes(edge.lanes, worker: worker, of: stride) { lane.finish() }
    }
  }
}

/// The sending end of a stage with one worker, which determines where groups end.
///
/// Groups are the units that are dealt to the workers of the next stage, and for which its state is fresh.
@usableFromInline package struct StreamSender<Message: GraphMessage & ~Copyable>: ~Copyable {
  @usableFromInline package var sender: Sender<Message>

  @inlinable package init(_ sender: consuming Sender<Message>) { self.sender = sender }

  /// Sends the message as part of the current group, waiting while a consumer's channel is full.
  ///
  /// - Throws: ``StageStop``, which the stage must not catch.
  @inlinable package mutating func send(_ message: consuming Message) async throws(StageStop) {
    try await sender.send(message)
  }

  /// Makes all messages sent so far visible to the consumers at once, see ``Sender/flush()``.
  @inlinable package func flush() { sender.flush() }

  /// Ends the current group.
  ///
  /// Messages after the last end, if any, are a group, too.
  ///
  /// - Throws: ``StageStop``, which the stage must not catch.
  @inlinable package mutating func endGroup() async throws(StageStop) {
    try await sender.endGroup()
  }
}
