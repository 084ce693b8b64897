import Foundations
import StageGraph
import TestSupport
import Testing

/// A counter of the points at which a stage is about to send or has just received; it acts at one of them.
final class Injector: Sendable {
  enum Injection: Equatable, CaseIterable {
    case failure
    case cancellation
  }

  private struct State {
    var point = 0
    var task: Task<Void, Never>?
  }

  private let target: Int?
  private let injection: Injection
  private let state = Guarded(State())

  /// Injects at the point with number `target`, or nowhere.
  init(_ injection: Injection = .failure, at target: Int? = nil) {
    self.injection = injection
    self.target = target
  }

  /// The number of points passed so far.
  var points: Int { state.withLock { $0.point } }

  func aim(at task: Task<Void, Never>) { state.withLock { $0.task = task } }

  func pass(_ stage: String) throws(TestFailure) {
    let (isHit, task) = state.withLock { state in
      defer { state.point += 1 }
      return (state.point == target, state.task)
    }
    guard isHit else { return }
    switch injection {
    case .failure: throw TestFailure(stage: stage)
    case .cancellation: task?.cancel()
    }
  }
}

/// The result of a run under the seeded scheduler.
struct Ending {
  var error: StageGraphError?
  var isFinished = false
  var live = 0
  var seenLeft: [Int] = []
  var seenRight: [Int] = []
  var points = 0
  var steps = 0
}

/// The graph of the injection tests: a source, an expanding stage with pooled buffers, a grouped stage, a
/// stage that makes its blocks shareable, and two consumers of different width and speed.
struct InjectedGraph {
  let seed: UInt64
  let jobs: [Job]
  let readers: Int
  let frontEnds: Int
  let capacity: Int
  let pool = BufferPool<Float>(elementsPerBuffer: 8)

  init(seed: UInt64) {
    self.seed = seed
    var generator = SplitMix64(seed: seed)
    jobs = (0..<5).map { Job(number: $0, length: Int.random(in: 0...5, using: &generator)) }
    readers = Int.random(in: 1...3, using: &generator)
    frontEnds = Int.random(in: 1...3, using: &generator)
    capacity = Int.random(in: 1...3, using: &generator)
  }

  var expected: [Int] { jobs.flatMap { job in (0..<job.length).map { job.number * 100 + $0 } } }

  func run(_ injector: Injector, stoppingRightAfter limit: Int = .max, cancelAtStep: Int? = nil) -> Ending {
    let left = Log<Int>()
    let right = Log<Int>()
    let blueprint = blueprint(injector, left: left, right: right, limit: limit)
    let executor = SeededExecutor(seed: seed)
    let outcome = Guarded(Ending())
    let task = Task(executorPreference: executor) {
      var error: StageGraphError?
      do throws(StageGraphError) { _ = try await blueprint.run() } catch let thrown { error = thrown }
      outcome.withLock {
        $0.error = error
        $0.isFinished = true
      }
    }
    injector.aim(at: task)
    executor.runUntilIdle { if $0 == cancelAtStep { task.cancel() } }
    var ending = outcome.withLock { $0 }
    ending.live = pool.usage.live
    ending.seenLeft = left.all
    ending.seenRight = right.all
    ending.points = injector.points
    ending.steps = executor.steps
    return ending
  }

  private func blueprint(
    _ injector: Injector, left: Log<Int>, right: Log<Int>, limit: Int
  ) -> sending GraphBlueprint {
    let blueprint = GraphBlueprint("injected")
    let (jobs, pool, readers, frontEnds, capacity) = (jobs, pool, readers, frontEnds, capacity)
    let corpus = blueprint.add(
      Source<Job>("Corpus") { sender in
        for job in jobs {
          try injector.pass("Corpus")
          try await sender.send(job)
          try await sender.endGroup()
        }
      })
    let audio = blueprint.join(
      corpus,
      to: Stage<Job, SlabBlock>.expand("AudioReader", workers: readers) { job, sender in
        try injector.pass("AudioReader")
        for position in 0..<job.length {
          let block = SlabBlock(job: job.number, position: position, slab: try pool.acquire())
          try injector.pass("AudioReader")
          try await sender.send(block)
        }
      }, capacity: capacity)
    let features = blueprint.join(
      audio,
      to: Stage<SlabBlock, Shared<SlabBlock>>.grouped(
        "FrontEnd", workers: frontEnds, freshState: { 0 },
        each: { position, block, sender in
          try injector.pass("FrontEnd")
          guard position == block.position else { throw TestFailure(stage: "position out of order") }
          position += 1
          try await sender.send(Shared(block))
        }), capacity: capacity)
    blueprint.join(
      features,
      to: Sink.each("Left") { block in
        try injector.pass("Left")
        left.append(block.message.job * 100 + block.message.position)
      }, capacity: capacity)
    blueprint.join(
      features,
      to: Sink("Right") { receiver in
        var count = 0
        while count < limit, let block = try await receiver.nextInStream() {
          try injector.pass("Right")
          right.append(block.message.job * 100 + block.message.position)
          count += 1
        }
      }, capacity: 1)
    return blueprint
  }
}

struct InjectionTests {
  static let seeds = 0..<24 as Range<UInt64>

  @Test("every schedule gives the same messages in the same order", arguments: seeds)
  func clean(seed: UInt64) {
    let graph = InjectedGraph(seed: seed)
    let ending = graph.run(Injector())
    #expect(ending.isFinished, "seed \(seed): asleep forever")
    #expect(ending.error == nil, "seed \(seed)")
    #expect(ending.seenLeft == graph.expected, "seed \(seed)")
    #expect(ending.seenRight == graph.expected, "seed \(seed)")
    #expect(ending.live == 0, "seed \(seed): buffers lost")
  }

  @Test(
    "a failure at any send or receive ends the run with that failure, and no buffer is lost", arguments: seeds
  )
  func failure(seed: UInt64) {
    let points = InjectedGraph(seed: seed).run(Injector()).points
    for point in 0..<points {
      let graph = InjectedGraph(seed: seed)
      let ending = graph.run(Injector(.failure, at: point))
      #expect(ending.isFinished, "seed \(seed), point \(point): asleep forever")
      #expect(ending.live == 0, "seed \(seed), point \(point): buffers lost")
      guard case .stageFailed(let stage, _, let underlying as TestFailure) = ending.error else {
        Issue.record("seed \(seed), point \(point): ended with \(String(describing: ending.error))")
        continue
      }
      #expect(stage == underlying.stage, "seed \(seed), point \(point)")
      #expect(graph.expected.starts(with: ending.seenLeft), "seed \(seed), point \(point)")
      #expect(graph.expected.starts(with: ending.seenRight), "seed \(seed), point \(point)")
    }
  }

  @Test("cancellation at any send or receive ends the run, and no buffer is lost", arguments: seeds)
  func cancellationAtPoint(seed: UInt64) {
    let points = InjectedGraph(seed: seed).run(Injector()).points
    for point in 0..<points {
      let ending = InjectedGraph(seed: seed).run(Injector(.cancellation, at: point))
      expectCancelled(ending, "seed \(seed), point \(point)")
    }
  }

  @Test("cancellation between any two steps of the schedule ends the run", arguments: seeds)
  func cancellationAtStep(seed: UInt64) {
    let steps = InjectedGraph(seed: seed).run(Injector()).steps
    // The last step is the end of the run itself.
    for step in 0..<steps - 1 {
      let ending = InjectedGraph(seed: seed).run(Injector(), cancelAtStep: step)
      expectCancelled(ending, "seed \(seed), step \(step)")
    }
  }

  @Test("a consumer that stops early harms neither the run nor the other consumer", arguments: seeds)
  func earlyStop(seed: UInt64) {
    for limit in 0...6 {
      let graph = InjectedGraph(seed: seed)
      let ending = graph.run(Injector(), stoppingRightAfter: limit)
      #expect(ending.isFinished, "seed \(seed), limit \(limit): asleep forever")
      #expect(ending.error == nil, "seed \(seed), limit \(limit)")
      #expect(ending.seenLeft == graph.expected, "seed \(seed), limit \(limit)")
      #expect(ending.seenRight == Array(graph.expected.prefix(limit)), "seed \(seed), limit \(limit)")
      #expect(ending.live == 0, "seed \(seed), limit \(limit): buffers lost")
    }
  }

  private func expectCancelled(_ ending: Ending, _ comment: Comment) {
    #expect(ending.isFinished, comment)
    #expect(ending.live == 0, comment)
    guard case .cancelled = ending.error else {
      Issue.record("\(comment): ended with \(String(describing: ending.error))")
      return
    }
  }
}
