/// The placement of a stage's workers on threads.
@usableFromInline package enum Placement: Equatable, Sendable {
  /// On the shared threads, one per core, for stages that compute.
  case shared
  /// Each worker on its own thread, for stages that block in system calls (`read`, `fsync`) and would
  /// otherwise take a core away from stages that compute.
  case ownThread
}

/// A stage with one worker that makes messages.
@usableFromInline package struct Source<Output: GraphMessage & ~Copyable>: Sendable {
  /// The name in drawings, meters and errors.
  @usableFromInline package let name: String
  /// The placement of the worker.
  @usableFromInline package let placement: Placement
  let body: @Sendable (inout StreamSender<Output>) async throws -> Void

  /// A source that sends any messages and determines where groups end.
  @usableFromInline package init(
    _ name: String, placement: Placement = .shared,
    body: @escaping @Sendable (inout StreamSender<Output>) async throws -> Void
  ) {
    self.name = name
    self.placement = placement
    self.body = body
  }
}

extension Source {
  /// A source of the elements of a sequence, each its own group, so that they are dealt to workers one by
  /// one.
  @inlinable package static func each<Elements: Sequence & Sendable>(
    _ name: String, placement: Placement = .shared, of elements: Elements
  ) -> Source where Elements.Element == Output {
    Source(name, placement: placement) { sender in
      for element in elements {
        try await sender.send(element)
        try await sender.endGroup()
      }
    }
  }
}

/// A stage that turns messages of one type into messages of another.
///
/// The static functions make the usual kinds: ``map(_:workers:placement:_:)`` (one to one),
/// ``expand(_:workers:placement:_:)`` (one to any number),
/// ``grouped(_:workers:placement:state:begin:each:end:)`` (with state that is fresh for each group), and
/// ``stream(_:placement:_:)`` (one worker, state across groups).
@usableFromInline
package struct Stage<Input: GraphMessage & ~Copyable, Output: GraphMessage & ~Copyable>: Sendable {
  /// The name in drawings, meters and errors.
  @usableFromInline package let name: String
  /// The number of tasks that do the work, at least 1.
  @usableFromInline package let workers: Int
  /// The placement of the workers.
  @usableFromInline package let placement: Placement
  let body: @Sendable (inout Receiver<Input>, inout StreamSender<Output>) async throws -> Void

  // Only for this module: with several workers each input group must become exactly one output group.
  @usableFromInline package init(
    name: String, workers: Int, placement: Placement,
    body: @escaping @Sendable (inout Receiver<Input>, inout StreamSender<Output>) async throws -> Void
  ) {
    precondition(workers >= 1, "a stage has at least one worker")
    self.name = name
    self.workers = workers
    self.placement = placement
    self.body = body
  }
}

extension Stage where Input: ~Copyable, Output: ~Copyable {
  /// A stage that turns each message into one message.
  @inlinable package static func map(
    _ name: String, workers: Int = 1, placement: Placement = .shared,
    _ transform: @escaping @Sendable (consuming Input) async throws -> Output
  ) -> Stage {
    Stage(name: name, workers: workers, placement: placement) { receiver, sender in
      while try await receiver.nextGroup() {
        while let message = try await receiver.next() {
          try await sender.send(try await transform(message))
        }
        try await sender.endGroup()
      }
    }
  }

  /// A stage that turns each message into any number of messages of the same group.
  @inlinable package static func expand(
    _ name: String, workers: Int = 1, placement: Placement = .shared,
    _ body: @escaping @Sendable (consuming Input, inout Sender<Output>) async throws -> Void
  ) -> Stage {
    Stage(name: name, workers: workers, placement: placement) { receiver, sender in
      while try await receiver.nextGroup() {
        while let message = try await receiver.next() {
          try await body(message, &sender.sender)
        }
        try await sender.endGroup()
      }
    }
  }

  /// A stage with state, which is made once per worker and reset for each group.
  ///
  /// The output must not depend on earlier groups of a worker, since these depend on the number of workers:
  /// `begin` must leave nothing of them but memory to be reused.
  ///
  /// - Parameters:
  ///   - name: As drawings and meters show it.
  ///   - workers: The number of groups in work at a time.
  ///   - placement: Where the workers run.
  ///   - makeState: Makes the state of a worker, in the worker's task; it need not be sendable.
  ///   - begin: Resets the state for a group.
  ///   - each: Takes one message of the group and sends any number.
  ///   - end: Sends the rest at the end of the group.
  @inlinable package static func grouped<State: ~Copyable>(
    _ name: String, workers: Int = 1, placement: Placement = .shared,
    state makeState: @escaping @Sendable () throws -> State,
    begin: @escaping @Sendable (inout State) async throws -> Void,
    each: @escaping @Sendable (inout State, consuming Input, inout Sender<Output>) async throws -> Void,
    end: @escaping @Sendable (inout State, inout Sender<Output>) async throws -> Void = { _, _ in }
  ) -> Stage {
    Stage(name: name, workers: workers, placement: placement) { receiver, sender in
      var state = try makeState()
      while try await receiver.nextGroup() {
        try await begin(&state)
        while let message = try await receiver.next() {
          try await each(&state, message, &sender.sender)
        }
        try await end(&state, &sender.sender)
        try await sender.endGroup()
      }
    }
  }

  /// A stage with state that is made anew for each group.
  ///
  /// - Parameters:
  ///   - name: As drawings and meters show it.
  ///   - workers: The number of groups in work at a time.
  ///   - placement: Where the workers run.
  ///   - makeState: Makes the state of one group, in the worker's task; it need not be sendable.
  ///   - each: Takes one message of the group and sends any number.
  ///   - end: Sends the rest at the end of the group.
  @inlinable package static func grouped<State: ~Copyable>(
    _ name: String, workers: Int = 1, placement: Placement = .shared,
    freshState makeState: @escaping @Sendable () throws -> State,
    each: @escaping @Sendable (inout State, consuming Input, inout Sender<Output>) async throws -> Void,
    end: @escaping @Sendable (inout State, inout Sender<Output>) async throws -> Void = { _, _ in }
  ) -> Stage {
    Stage(name: name, workers: workers, placement: placement) { receiver, sender in
      while try await receiver.nextGroup() {
        var state = try makeState()
        while let message = try await receiver.next() {
          try await each(&state, message, &sender.sender)
        }
        try await end(&state, &sender.sender)
        try await sender.endGroup()
      }
    }
  }

  /// A stage with one worker that reads its whole input in order and determines where the groups of its
  /// output end.
  package static func stream(
    _ name: String, placement: Placement = .shared,
    _ body: @escaping @Sendable (inout Receiver<Input>, inout StreamSender<Output>) async throws -> Void
  ) -> Stage {
    Stage(name: name, workers: 1, placement: placement, body: body)
  }
}

/// A stage that takes messages and makes none.
@usableFromInline package struct Sink<Input: GraphMessage & ~Copyable>: Sendable {
  /// The name in drawings, meters and errors.
  @usableFromInline package let name: String
  /// The number of tasks that do the work, at least 1.
  @usableFromInline package let workers: Int
  /// The placement of the workers.
  @usableFromInline package let placement: Placement
  let body: @Sendable (inout Receiver<Input>) async throws -> Void

  /// A sink that reads its input itself.
  ///
  /// It may return early; the stages before it then stop. With one worker it receives all messages in order;
  /// with n, each worker receives every n-th group.
  @usableFromInline package init(
    _ name: String, workers: Int = 1, placement: Placement = .shared,
    body: @escaping @Sendable (inout Receiver<Input>) async throws -> Void
  ) {
    precondition(workers >= 1, "a sink has at least one worker")
    self.name = name
    self.workers = workers
    self.placement = placement
    self.body = body
  }
}

extension Sink where Input: ~Copyable {
  /// A sink that calls `body` with every message in order.
  @inlinable package static func each(
    _ name: String, placement: Placement = .shared,
    _ body: @escaping @Sendable (consuming Input) async throws -> Void
  ) -> Sink {
    Sink(name, placement: placement) { receiver in
      while let message = try await receiver.nextInStream() { try await body(message) }
    }
  }
}
