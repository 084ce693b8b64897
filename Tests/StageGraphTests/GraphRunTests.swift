import Foundations
import StageGraph
import Testing

/// Groups of lengths 0, 7, 3, 10, …, so that empty groups and groups longer than a channel occur.
func jobs(_ count: Int) -> [Job] { (0..<count).map { Job(number: $0, length: $0 * 7 % 11) } }

/// The blocks that the last stage of `makeGraph` must receive.
func expectedBlocks(_ jobs: [Job]) -> [Block] {
  jobs.flatMap { job in
    (0..<job.length).map { Block(job: job.number, position: $0, value: $0 * ($0 + 1) / 2 + job.number) }
  }
}

/// A stage from utterances to blocks.
func reader(workers: Int = 1, placement: Placement = .shared) -> Stage<Job, Block> {
  .expand("AudioReader", workers: workers, placement: placement) { job, sender in
    for position in 0..<job.length { try await sender.send(Block(job: job.number, position: position)) }
  }
}

/// A stage that adds up the positions of blocks, which shows whether state is fresh for each group.
func summing(workers: Int = 1) -> Stage<Block, Block> {
  .grouped(
    "FrontEnd", workers: workers, freshState: { 0 },
    each: { sum, block, sender in
      sum += block.position
      try await sender.send(Block(job: block.job, position: block.position, value: sum + block.job))
    })
}

struct GraphRunTests {
  @Test(
    "order and content don't depend on the number of workers or on capacity",
    arguments: 1...8, [1, 2, 3, 16])
  func workers(_ workers: Int, capacity: Int) async throws {
    let jobs = jobs(40)
    let seen = Log<Block>()
    let blueprint = GraphBlueprint("test")
    let source = blueprint.add(Source.each("Corpus", of: jobs))
    let blocks = blueprint.join(source, to: reader(workers: workers), capacity: capacity)
    // A different number of workers than the stage before, so that lanes cross.
    let sums = blueprint.join(blocks, to: summing(workers: 1 + workers % 3), capacity: capacity)
    blueprint.join(sums, to: Sink.each("ArchiveWriter") { seen.append($0) }, capacity: capacity)
    let meters = try await blueprint.run()
    #expect(seen.all == expectedBlocks(jobs))
    #expect(meters.map(\.messagesOut) == [40, seen.all.count, seen.all.count, 0])
    #expect(meters.map(\.messagesIn) == [0, 40, seen.all.count, seen.all.count])
    #expect(meters.map(\.workers) == [1, workers, 1 + workers % 3, 1])
    #expect(meters.map(\.endedWorkers) == meters.map(\.workers))
  }

  @Test("every kind of stage keeps groups: state is fresh, and the rest is sent at the end of the group")
  func kindsOfStage() async throws {
    let jobs = jobs(12)
    let seen = Log<Block>()
    let blueprint = GraphBlueprint("test")
    let blocks = blueprint.join(blueprint.add(Source.each("Corpus", of: jobs)), to: reader(workers: 2))
    let doubled = blueprint.join(
      blocks,
      to: Stage<Block, Block>.map("Double", workers: 3) { block in
        Block(job: block.job, position: block.position, value: 2 * block.position)
      })
    // The worker's memory outlives the group; `begin` clears it.
    let totals = blueprint.join(
      doubled,
      to: Stage<Block, Block>.grouped(
        "Total", workers: 2, state: { [Block]() },
        begin: { $0.removeAll(keepingCapacity: true) },
        each: { memory, block, _ in memory.append(block) },
        end: { memory, sender in
          guard let first = memory.first else { return }
          let sum = memory.reduce(0) { $0 + $1.value }
          try await sender.send(Block(job: first.job, position: memory.count, value: sum))
        }))
    blueprint.join(totals, to: Sink.each("Sink") { seen.append($0) })
    _ = try await blueprint.run()
    let expected = jobs.filter { $0.length > 0 }.map {
      Block(job: $0.number, position: $0.length, value: $0.length * ($0.length - 1))
    }
    #expect(seen.all == expected)
  }

  @Test("a stage with one worker may deal its output anew, in groups of its own", arguments: [1, 3])
  func regrouping(_ workers: Int) async throws {
    let seen = Log<[Int]>()
    let blueprint = GraphBlueprint("test")
    let blocks = blueprint.join(blueprint.add(Source.each("Corpus", of: jobs(9))), to: reader(workers: 2))
    // Four blocks to a batch, across utterances; the last batch may be short.
    let batches = blueprint.join(
      blocks,
      to: Stage<Block, Block>.stream("ShuffleBuffer") { receiver, sender in
        var count = 0
        while let block = try await receiver.nextInStream() {
          try await sender.send(block)
          count += 1
          if count.isMultiple(of: 4) { try await sender.endGroup() }
        }
      })
    let summed = blueprint.join(
      batches,
      to: Stage<Block, Block>.grouped(
        "Batch", workers: workers, freshState: { 0 }, each: { count, _, _ in count += 1 },
        end: { count, sender in try await sender.send(Block(job: 0, position: count)) }))
    blueprint.join(
      summed,
      to: Sink("Sink") { receiver in
        while try await receiver.nextGroup() {
          var sizes: [Int] = []
          while let block = try await receiver.next() { sizes.append(block.position) }
          seen.append(sizes)
        }
      })
    _ = try await blueprint.run()
    let total = jobs(9).reduce(0) { $0 + $1.length }
    var expected = Array(repeating: [4], count: total / 4)
    if !total.isMultiple(of: 4) { expected.append([total % 4]) }
    #expect(seen.all == expected)
  }

  @Test("a receiver may leave groups unread", arguments: 1...3)
  func skippedGroups(_ workers: Int) async throws {
    let seen = Log<Block>()
    let blueprint = GraphBlueprint("test")
    let blocks = blueprint.join(
      blueprint.add(Source.each("Corpus", of: jobs(20))), to: reader(workers: workers), capacity: 2)
    blueprint.join(
      blocks,
      to: Sink("FirstOfEach") { receiver in
        while try await receiver.nextGroup() {
          if let block = try await receiver.next() { seen.append(block) }
        }
      }, capacity: 1)
    _ = try await blueprint.run()
    #expect(
      seen.all == jobs(20).filter { $0.length > 0 }.map { Block(job: $0.number, position: 0) })
  }

  @Test("an outlet of a copyable message may be joined to several stages, each of which receives everything")
  func fanOut() async throws {
    let jobs = jobs(25)
    let logs = (0..<3).map { _ in Log<Block>() }
    let blueprint = GraphBlueprint("comparison")
    let blocks = blueprint.join(blueprint.add(Source.each("Corpus", of: jobs)), to: reader(workers: 2))
    for (index, log) in logs.enumerated() {
      let sums = blueprint.join(blocks, to: summing(workers: index + 1), capacity: index + 1)
      blueprint.join(sums, to: Sink.each("Scorer \(index)") { log.append($0) }, capacity: 4)
    }
    let meters = try await blueprint.run()
    for log in logs { #expect(log.all == expectedBlocks(jobs)) }
    #expect(meters[1].messagesOut == logs[0].all.count, "a shared message counts once")
  }

  @Test("a fan-out shares one block: it needs no further buffers, and all return")
  func sharedSlabs() async throws {
    let pool = BufferPool<Float>(elementsPerBuffer: 16)
    let sums = Guarded<[Float]>([0, 0])
    let blueprint = GraphBlueprint("comparison")
    let blocks = blueprint.add(
      Source<Shared<SlabBlock>>("AudioReader") { sender in
        for number in 0..<200 {
          var slab = try pool.acquire()
          slab.count = 16
          for index in 0..<16 { slab.base[index] = Float(number) }
          try await sender.send(Shared(SlabBlock(job: 0, position: number, slab: slab)))
        }
      })
    for side in 0...1 {
      blueprint.join(
        blocks,
        to: Sink.each("FrontEnd \(side)") { block in
          let last = lastSample(block.message)
          sums.withLock { $0[side] += last }
        }, capacity: 3)
    }
    let meters = try await blueprint.run()
    #expect(sums.withLock { $0 } == [19900, 19900])
    #expect(pool.usage.live == 0)
    // Two channels of three, one held by each of three workers, and one that both consumers have dropped.
    #expect(pool.usage.peakLive <= 2 * 3 + 3 + 1)
    #expect(meters[0].bytesOut == 200 * 16 * 4)
    #expect(meters[1].bytesIn == 200 * 16 * 4)
  }

  @Test("memory is bounded by capacities, whatever the length of the stream", arguments: [1, 2, 4], [1, 5])
  func boundedMemory(_ workers: Int, capacity: Int) async throws {
    let bound =
      EdgeDescription.messageBound(senders: workers, receivers: 1, capacity: capacity)
    // A limit below the bound would often suffice, too; the bound always does.
    let pool = BufferPool<Int16>(elementsPerBuffer: 64, limit: bound)
    let blueprint = GraphBlueprint("long")
    let jobs = [5000, 1, 700, 0, 3000].enumerated().map { Job(number: $0.offset, length: $0.element) }
    let blocks = blueprint.join(
      blueprint.add(Source.each("Corpus", of: jobs)),
      to: Stage<Job, PooledSamples>.expand("AudioReader", workers: workers) { job, sender in
        for position in 0..<job.length {
          try await sender.send(PooledSamples(job: job.number, position: position, slab: try pool.acquire()))
        }
      })
    let positions = Log<[Int]>()
    blueprint.join(
      blocks, to: Sink.each("Sink") { positions.append([$0.job, $0.position]) }, capacity: capacity)
    _ = try await blueprint.run()
    #expect(positions.all == jobs.flatMap { job in (0..<job.length).map { [job.number, $0] } })
    #expect(pool.usage.live == 0)
    #expect(pool.usage.allocated <= bound)
  }

  @Test("a blueprint may be run again, with the same result")
  func rerun() async throws {
    let seen = Log<Block>()
    let blueprint = GraphBlueprint("test")
    let blocks = blueprint.join(blueprint.add(Source.each("Corpus", of: jobs(5))), to: reader())
    blueprint.join(blocks, to: Sink.each("Sink") { seen.append($0) })
    let first = try await blueprint.run().map(\.messagesOut)
    let second = try await blueprint.run().map(\.messagesOut)
    #expect(first == second)
    let once = jobs(5).flatMap { job in (0..<job.length).map { Block(job: job.number, position: $0) } }
    #expect(seen.all == once + once)
  }

  @Test("blocking stages may have their own threads, with the same result", arguments: 1...4)
  func ownThread(_ workers: Int) async throws {
    let jobs = jobs(30)
    let seen = Log<Block>()
    let threads = Guarded<Set<UInt>>([])
    let blueprint = GraphBlueprint("test")
    let source = blueprint.add(Source.each("Corpus", placement: .ownThread, of: jobs))
    let blocks = blueprint.join(
      source, to: reader(workers: workers, placement: .ownThread), capacity: 2)
    let sums = blueprint.join(blocks, to: summing(workers: 2), capacity: 2)
    blueprint.join(
      sums,
      to: Sink.each("ShardCommitter", placement: .ownThread) { block in
        threads.withLock { _ = $0.insert(currentThread()) }
        seen.append(block)
      }, capacity: 2)
    _ = try await blueprint.run()
    #expect(seen.all == expectedBlocks(jobs))
    #expect(threads.withLock { $0.count } == 1, "the sink's worker stays on its thread")
  }

  @Test("a live message arrives at the other end while its source is silent", arguments: [1, 16])
  func latency(_ capacity: Int) async throws {
    // The source sends a message only after the sink has received the last one: batching must not delay any.
    let (acknowledgements, acknowledge) = AsyncStream.makeStream(of: Int.self)
    let blueprint = GraphBlueprint("live")
    let source = blueprint.add(
      Source<Block>("Microphone") { sender in
        var seen = acknowledgements.makeAsyncIterator()
        for position in 0..<20 {
          try await sender.send(Block(job: 0, position: position))
          #expect(await seen.next() == position)
        }
      })
    let sums = blueprint.join(source, to: summing(workers: 2), capacity: capacity)
    let again = blueprint.join(sums, to: summing(), capacity: capacity)
    blueprint.join(again, to: Sink.each("Sink") { acknowledge.yield($0.position) }, capacity: capacity)
    _ = try await blueprint.run()
  }

  @Test("an outlet that is not joined is rejected before anything runs")
  func unjoined() async throws {
    let blueprint = GraphBlueprint("test")
    _ = blueprint.join(
      blueprint.add(Source<Job>("Corpus") { _ in Issue.record("ran") }), to: reader())
    #expect {
      _ = try blueprint.makeRun()
    } throws: { error in
      guard case .unjoinedOutlet("AudioReader", "Block") = error as? StageGraphError else { return false }
      return true
    }
  }

  @Test("a graph without messages, and one without stages, end by themselves")
  func empty() async throws {
    let blueprint = GraphBlueprint("test")
    #expect(try await blueprint.run() == [])
    let blocks = blueprint.join(
      blueprint.add(Source.each("Corpus", of: [Job]())), to: reader(workers: 3))
    blueprint.join(blocks, to: Sink.each("Sink") { _ in Issue.record("a message from nowhere") })
    #expect(try await blueprint.run().map(\.messagesIn) == [0, 0, 0])
  }
}

/// Move-only samples.
struct PooledSamples: GraphMessage, ~Copyable {
  let job: Int
  let position: Int
  let slab: Slab<Int16>
}

private func lastSample(_ block: borrowing SlabBlock) -> Float { block.slab.span[15] }
