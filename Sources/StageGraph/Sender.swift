/// The sending end of a running stage: messages of one type to every consumer of its outlet.
///
/// A stage that works group by group gets this; the groups of its output are those of its input.
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

  /// Hands the message on, and waits while a consumer's channel is full.
  ///
  /// - Throws: ``StageStop``, which the stage lets pass.
  @inlinable package mutating func send(_ message: consuming Message) async throws(StageStop) {
    meter.countOut(bytes: message.byteCount)
    if edges.count > 1 {
      for extra in 1..<edges.count {
        // Outlet is copyable only if its message is, so there is a second owner wherever there is a second edge.
        guard let second = Message.secondOwner(of: message) else { continue }
        try await put(.message(second), edge: extra)
      }
    }
    try await put(.message(message), edge: 0)
  }

  /// Lets the consumers see at once what has been sent.
  ///
  /// Otherwise a consumer that waits is woken when half of a channel is filled, at the end of a group, or when this
  /// worker waits for its own input. Only a stage that waits for something else, and whose consumers are in a
  /// hurry, need say so. (The messages of a source are always seen at once.)
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
    // Other consumers may still want what this one doesn't.
    if openLanes == 0 { throw .downstreamFinished }
  }

  /// Says to every consumer that this worker sends no more.
  func finish() {
    for edge in edges {
      for lane in Receiver<Message>.ownLanes(edge.lanes, worker: worker, of: stride) { lane.finish() }
    }
  }
}

/// The sending end of a stage with one worker, which says itself where groups end.
///
/// Groups are what is dealt to the workers of the next stage and what its state is fresh for.
@usableFromInline package struct StreamSender<Message: GraphMessage & ~Copyable>: ~Copyable {
  @usableFromInline package var sender: Sender<Message>

  @inlinable package init(_ sender: consuming Sender<Message>) { self.sender = sender }

  /// Hands the message on as part of the present group, and waits while a consumer's channel is full.
  ///
  /// - Throws: ``StageStop``, which the stage lets pass.
  @inlinable package mutating func send(_ message: consuming Message) async throws(StageStop) {
    try await sender.send(message)
  }

  /// Lets the consumers see at once what has been sent: see ``Sender/flush()``.
  @inlinable package func flush() { sender.flush() }

  /// Ends the present group.
  ///
  /// What follows the last end, if anything, is a group too.
  ///
  /// - Throws: ``StageStop``, which the stage lets pass.
  @inlinable package mutating func endGroup() async throws(StageStop) {
    try await sender.endGroup()
  }
}
