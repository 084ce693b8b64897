/// The outlet of a stage in a blueprint, to be joined to the inlet of a stage that takes the same message.
///
/// An outlet can be joined once if its message is move-only, and any number of times (a fan-out) if it is
/// copyable. The compiler enforces this, and the types.
package struct Outlet<Message: GraphMessage & ~Copyable>: ~Copyable {
  let joints: Joints<Message>
}

extension Outlet: Copyable where Message: Copyable {}

/// The joints of an outlet with its consumers.
final class Joints<Message: GraphMessage & ~Copyable> {
  /// The channels of an outlet in one run.
  struct Assembled: Sendable {
    /// The lanes to each consumer.
    let edges: [[Channel<Message>]]
    /// The counter of open lanes of each worker.
    let downstreams: [Downstream]

    /// Wakes consumers that have unread messages of `worker`.
    func flush(worker: Int) {
      for lanes in edges {
        for lane in Receiver<Message>.ownLanes(lanes, worker: worker, of: downstreams.count) {
          lane.senderPauses()
        }
      }
    }
  }

  struct Joint {
    let capacity: Int
    let workers: Int
    let assemble: (RunAssembly, [Channel<Message>]) -> Void
  }

  let stage: StageDescription
  var joints: [Joint] = []

  /// Whether each message wakes a waiting consumer.
  let isPrompt: Bool

  init(stage: StageDescription, isPrompt: Bool) {
    self.stage = stage
    self.isPrompt = isPrompt
  }

  /// Makes the channels to every consumer, and the consumers.
  func assemble(_ assembly: RunAssembly) -> Assembled {
    if joints.isEmpty { assembly.noteUnjoined(stage, message: Message.messageName) }
    let laneCounts = joints.map { EdgeDescription.lanes(stage.workers, $0.workers) }
    let downstreams = (0..<stage.workers).map { _ in
      Downstream(openLanes: laneCounts.reduce(0, +) / stage.workers)
    }
    let edges = zip(joints, laneCounts).map { joint, laneCount in
      let lanes = (0..<laneCount).map { lane in
        let downstream = downstreams[lane % stage.workers]
        return Channel<Message>(
          capacity: joint.capacity, receiverWakeCount: isPrompt ? 1 : max(1, joint.capacity / 2),
          whenClosed: { downstream.laneClosed() })
      }
      for lane in lanes { assembly.register { lane.terminate() } }
      joint.assemble(assembly, lanes)
      return lanes
    }
    return Assembled(edges: edges, downstreams: downstreams)
  }
}

/// The description of a stage in drawings and meters.
package struct StageDescription: Equatable, Sendable {
  /// The position among the stages of its blueprint.
  package let index: Int
  /// The name in drawings, meters and errors.
  package let name: String
  /// The number of tasks that do its work.
  package let workers: Int
  /// The placement of the tasks on threads.
  package let placement: Placement

  package init(index: Int, name: String, workers: Int, placement: Placement) {
    self.index = index
    self.name = name
    self.workers = workers
    self.placement = placement
  }
}

/// The description of an arrow in drawings.
package struct EdgeDescription: Equatable, Sendable {
  /// The stage that sends.
  package let from: StageDescription
  /// The stage that receives.
  package let to: StageDescription
  /// The name of the message type.
  package let message: String
  /// The capacity of each lane in messages.
  package let capacity: Int

  package init(from: StageDescription, to: StageDescription, message: String, capacity: Int) {
    self.from = from
    self.to = to
    self.message = message
    self.capacity = capacity
  }

  /// The number of channels in parallel: group g goes through lane g mod lanes.
  ///
  /// Worker p of n sends the groups p, p + n, …; worker c of m takes c, c + m, …. With lcm(n, m) lanes each
  /// lane has one sender and one receiver: n = m joins worker to worker, n = 1 deals, m = 1 merges.
  package var lanes: Int { Self.lanes(from.workers, to.workers) }

  /// The maximum number of messages on this arrow at once, see ``messageBound(senders:receivers:capacity:)``.
  package var messageBound: Int {
    Self.messageBound(senders: from.workers, receivers: to.workers, capacity: capacity)
  }

  /// The maximum number of messages of an arrow at once, in its lanes and held one by each worker at either
  /// end.
  ///
  /// A stage that keeps more messages (a shuffle buffer) adds as many as it keeps.
  package static func messageBound(senders: Int, receivers: Int, capacity: Int) -> Int {
    lanes(senders, receivers) * capacity + senders + receivers
  }

  static func lanes(_ senders: Int, _ receivers: Int) -> Int {
    var (a, b) = (senders, receivers)
    while b != 0 { (a, b) = (b, a % b) }
    return senders / a * receivers
  }
}

/// A graph of joined stages, which can be drawn, and run any number of times.
///
/// Build it in one task; ``makeRun()`` returns a run that may be shared between tasks. Every stage but a
/// source has one inlet, so the graph is a set of trees, and each worker takes groups in ascending order.
/// Hence it cannot deadlock with any capacity (at least 1) and any number of workers; the proof is on the
/// module's page.
package final class GraphBlueprint {
  /// The name in drawings.
  package let name: String
  /// The stages in the order of joining.
  package private(set) var stages: [StageDescription] = []
  /// The arrows in the order of joining.
  package private(set) var edges: [EdgeDescription] = []

  private var sources: [(RunAssembly) -> Void] = []

  /// An empty blueprint.
  package init(_ name: String) { self.name = name }

  /// Adds a source and returns its outlet.
  package func add<Output: GraphMessage & ~Copyable>(_ source: Source<Output>) -> Outlet<Output> {
    let stage = describe(source.name, workers: 1, placement: source.placement)
    let joints = Joints<Output>(stage: stage, isPrompt: true)
    sources.append { assembly in
      let outlet = joints.assemble(assembly)
      assembly.add(stage, isSink: false) { worker, meter in
        var sender = StreamSender(Sender(edges: outlet.edges, worker: worker, of: 1, meter: meter))
        defer { sender.sender.finish() }
        try await source.body(&sender)
      }
    }
    return Outlet(joints: joints)
  }

  /// Joins an outlet to a stage that takes its messages, and returns the outlet of the stage.
  ///
  /// - Parameters:
  ///   - outlet: Where the messages come from.
  ///   - stage: What takes them.
  ///   - capacity: The number of messages that each lane holds before its sender waits. An arrow from several
  ///     workers to one should hold a group or two: while one lane is read, the others fill up and then wait.
  package func join<Input: GraphMessage & ~Copyable, Output: GraphMessage & ~Copyable>(
    _ outlet: consuming Outlet<Input>, to stage: Stage<Input, Output>, capacity: Int = 16
  ) -> Outlet<Output> {
    let description = describe(stage.name, workers: stage.workers, placement: stage.placement)
    let joints = Joints<Output>(stage: description, isPrompt: false)
    join(outlet.joints, to: description, capacity: capacity) { assembly, lanes in
      let outlet = joints.assemble(assembly)
      for (worker, downstream) in outlet.downstreams.enumerated() {
        let inlet = Receiver<Input>.ownLanes(lanes, worker: worker, of: stage.workers)
        downstream.whenAllClosed { for lane in inlet { lane.close() } }
      }
      assembly.add(description, isSink: false) { worker, meter in
        var receiver = Receiver(
          lanes: lanes, worker: worker, of: stage.workers, meter: meter,
          beforeWaiting: { outlet.flush(worker: worker) })
        var sender = StreamSender(
          Sender(edges: outlet.edges, worker: worker, of: stage.workers, meter: meter))
        defer {
          sender.sender.finish()
          receiver.close()
        }
        try await stage.body(&receiver, &sender)
      }
    }
    return Outlet(joints: joints)
  }

  /// Joins an outlet to a sink that takes its messages.
  ///
  /// - Parameters:
  ///   - outlet: Where the messages come from.
  ///   - sink: What takes them.
  ///   - capacity: The number of messages that each lane holds before its sender waits.
  package func join<Input: GraphMessage & ~Copyable>(
    _ outlet: consuming Outlet<Input>, to sink: Sink<Input>, capacity: Int = 16
  ) {
    let description = describe(sink.name, workers: sink.workers, placement: sink.placement)
    join(outlet.joints, to: description, capacity: capacity) { assembly, lanes in
      assembly.add(description, isSink: true) { worker, meter in
        var receiver = Receiver(lanes: lanes, worker: worker, of: sink.workers, meter: meter)
        defer { receiver.close() }
        try await sink.body(&receiver)
      }
    }
  }

  /// A run with its own channels, meters and workers.
  ///
  /// - Throws: ``StageGraphError/unjoinedOutlet(stage:message:)``.
  package func makeRun() throws(StageGraphError) -> GraphRun {
    let assembly = RunAssembly()
    for source in sources { source(assembly) }
    if let defect = assembly.defect { throw defect }
    return GraphRun(assembly)
  }

  /// Runs the graph once and returns the meters of all stages.
  ///
  /// - Throws: ``StageGraphError``.
  package func run() async throws(StageGraphError) -> [StageMeter] {
    let run = try makeRun()
    return try await run.execute()
  }

  private func describe(_ name: String, workers: Int, placement: Placement) -> StageDescription {
    let stage = StageDescription(index: stages.count, name: name, workers: workers, placement: placement)
    stages.append(stage)
    return stage
  }

  private func join<Message: GraphMessage & ~Copyable>(
    _ joints: Joints<Message>, to stage: StageDescription, capacity: Int,
    assemble: @escaping (RunAssembly, [Channel<Message>]) -> Void
  ) {
    precondition(capacity >= 1, "a channel holds at least one message")
    edges.append(
      EdgeDescription(from: joints.stage, to: stage, message: Message.messageName, capacity: capacity))
    joints.joints.append(.init(capacity: capacity, workers: stage.workers, assemble: assemble))
  }
}
