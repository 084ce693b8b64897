import StageGraph
import Testing

/// Ends of graphs by failure, cancellation and early stop, on the real executor.
struct GraphEndTests {
  /// A source that never ends, a stage with several workers and pooled buffers, and a sink.
  ///
  /// Only `at` can end the graph: it is called with the name of each stage at each of its messages.
  func endless(
    pool: BufferPool<Float>, workers: Int = 3,
    at action: @escaping @Sendable (String, Int) async throws -> Void
  ) -> GraphBlueprint {
    let blueprint = GraphBlueprint("endless")
    let source = blueprint.add(
      Source<Job>("Corpus") { sender in
        var number = 0
        while true {
          try await action("Corpus", number)
          try await sender.send(Job(number: number, length: 5))
          try await sender.endGroup()
          number += 1
        }
      })
    let blocks = blueprint.join(
      source,
      to: Stage<Job, SlabBlock>.expand("AudioReader", workers: workers) { job, sender in
        for position in 0..<job.length {
          try await action("AudioReader", job.number)
          try await sender.send(SlabBlock(job: job.number, position: position, slab: try pool.acquire()))
        }
      }, capacity: 4)
    blueprint.join(
      blocks, to: Sink.each("ArchiveWriter") { try await action("ArchiveWriter", $0.job) }, capacity: 4)
    return blueprint
  }

  @Test(
    "the first failure is what the run throws, with the stage that failed",
    arguments: ["Corpus", "AudioReader", "ArchiveWriter"], [0, 1, 50])
  func failure(stage: String, number: Int) async throws {
    let pool = BufferPool<Float>(elementsPerBuffer: 4)
    let blueprint = endless(pool: pool) { name, at in
      if name == stage, at == number { throw TestFailure(stage: name) }
    }
    let run = try blueprint.makeRun()
    await #expect {
      try await run.execute()
    } throws: { error in
      guard case .stageFailed(stage, let worker, let underlying) = error as? StageGraphError else {
        return false
      }
      let expectedWorker = stage == "AudioReader" ? number % 3 : 0
      return worker == expectedWorker && underlying as? TestFailure == TestFailure(stage: stage)
    }
    #expect(pool.usage.live == 0)
    #expect(run.snapshot().allSatisfy { $0.endedWorkers == $0.workers })
  }

  @Test("a stage asleep elsewhere than at a port is woken by the failure of another")
  func failureWakesSleepers() async throws {
    let pool = BufferPool<Float>(elementsPerBuffer: 4)
    let blueprint = endless(pool: pool) { name, number in
      if name == "ArchiveWriter" { throw TestFailure(stage: name) }
      if name == "AudioReader", number == 1 { try await Task.sleep(for: .seconds(3600)) }
    }
    await #expect {
      _ = try await blueprint.run()
    } throws: { error in
      guard case .stageFailed("ArchiveWriter", 0, _) = error as? StageGraphError else { return false }
      return true
    }
    #expect(pool.usage.live == 0)
  }

  @Test("cancelling the task that runs the graph ends it", arguments: [0, 1, 7, 100])
  func cancellation(after count: Int) async throws {
    let pool = BufferPool<Float>(elementsPerBuffer: 4)
    let (signals, signal) = AsyncStream.makeStream(of: Void.self)
    let blueprint = endless(pool: pool) { name, number in
      if name == "ArchiveWriter", number == count { signal.yield() }
    }
    let run = try blueprint.makeRun()
    let task = Task { try await run.execute() }
    for await _ in signals { break }
    task.cancel()
    await #expect {
      _ = try await task.value
    } throws: { error in
      guard case .cancelled = error as? StageGraphError else { return false }
      return true
    }
    #expect(pool.usage.live == 0)
  }

  @Test("a graph in a task canceled before it starts does nothing")
  func cancelledBefore() async throws {
    let run = try endless(pool: BufferPool(elementsPerBuffer: 1)) { _, _ in }.makeRun()
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      _ = try await run.execute()
    }
    task.cancel()
    await #expect(throws: StageGraphError.self) { try await task.value }
  }

  @Test("a sink that returns early stops the stages before it, without error", arguments: 0...12, [1, 4])
  func earlyStop(limit: Int, workers: Int) async throws {
    let pool = BufferPool<Float>(elementsPerBuffer: 4)
    let seen = Log<Int>()
    let blueprint = GraphBlueprint("test")
    let source = blueprint.add(
      Source<Job>("Corpus") { sender in
        var number = 0
        while true {
          try await sender.send(Job(number: number, length: 3))
          try await sender.endGroup()
          number += 1
        }
      })
    let blocks = blueprint.join(
      source,
      to: Stage<Job, SlabBlock>.expand("AudioReader", workers: workers) { job, sender in
        for position in 0..<job.length {
          try await sender.send(SlabBlock(job: job.number, position: position, slab: try pool.acquire()))
        }
      }, capacity: 2)
    blueprint.join(
      blocks,
      to: Sink("Sink") { receiver in
        var count = 0
        while count < limit, let block = try await receiver.nextInStream() {
          seen.append(block.job * 3 + block.position)
          count += 1
        }
      }, capacity: 2)
    _ = try await blueprint.run()
    #expect(seen.all == Array(0..<limit))
    #expect(pool.usage.live == 0)
  }

  @Test("a sink that returns early stops even a source that waits forever")
  func earlyStopOfSilentSource() async throws {
    let blueprint = GraphBlueprint("live")
    let source = blueprint.add(
      Source<Block>("Microphone") { sender in
        try await sender.send(Block(job: 0, position: 0))
        try await Task.sleep(for: .seconds(3600))
      })
    let sums = blueprint.join(source, to: summing())
    blueprint.join(sums, to: Sink("Sink") { receiver in _ = try await receiver.nextInStream() })
    let meters = try await blueprint.run()
    #expect(meters.last?.messagesIn == 1)
  }

  @Test("if one of two consumers stops, the other still receives everything")
  func oneConsumerStops() async throws {
    let jobs = jobs(60)
    let seen = Log<Block>()
    let blueprint = GraphBlueprint("test")
    let blocks = blueprint.join(blueprint.add(Source.each("Corpus", of: jobs)), to: reader(workers: 2))
    blueprint.join(blocks, to: Sink("Short") { receiver in _ = try await receiver.nextInStream() })
    let sums = blueprint.join(blocks, to: summing(workers: 3))
    blueprint.join(sums, to: Sink.each("Long") { seen.append($0) })
    _ = try await blueprint.run()
    #expect(seen.all == expectedBlocks(jobs))
  }

  @Test("an exhausted pool is an error of the stage that acquires, not a deadlock")
  func exhaustedPool() async throws {
    let pool = BufferPool<Float>(elementsPerBuffer: 4, limit: 3)
    let blueprint = endless(pool: pool) { name, _ in
      if name == "ArchiveWriter" { try await Task.sleep(for: .seconds(3600)) }
    }
    await #expect {
      _ = try await blueprint.run()
    } throws: { error in
      guard
        case .stageFailed("AudioReader", _, BufferPoolError.exhausted(limit: 3)) = error as? StageGraphError
      else { return false }
      return true
    }
    #expect(pool.usage.live == 0)
  }

  @Test("meters can be read while the graph runs")
  func snapshotWhileRunning() async throws {
    let pool = BufferPool<Float>(elementsPerBuffer: 4)
    let (signals, signal) = AsyncStream.makeStream(of: Void.self)
    let blueprint = endless(pool: pool) { name, number in
      if name == "ArchiveWriter", number == 10 { signal.yield() }
    }
    let run = try blueprint.makeRun()
    #expect(run.snapshot().allSatisfy { $0.busy == .zero && $0.messagesIn == 0 })
    let task = Task { try await run.execute() }
    for await _ in signals { break }
    let meters = run.snapshot()
    task.cancel()
    _ = await task.result
    #expect(meters.map(\.stage) == ["Corpus", "AudioReader", "ArchiveWriter"])
    #expect(meters.map(\.workers) == [1, 3, 1])
    #expect(meters[2].messagesIn >= 50)
    #expect(meters[0].messagesOut > 10)
    #expect(meters.allSatisfy { $0.busy + $0.waitingOnInput + $0.waitingOnOutput > .zero })
    #expect(meters[0].waitingOnInput == .zero)
    #expect(meters[2].waitingOnOutput == .zero)
  }
}
