import StageGraph
import Testing

/// Groups of lengths 0, 1, 2, … of all sizes, so that empty groups and groups longer than a channel occur.
func jobs(_ count: Int) -> [Job] { (0..<count).map { Job(number: $0, length: $0 * 7 % 11) } }

/// What the sink of `blocksGraph` must see.
func expectedBlocks(_ jobs: [Job]) -> [Block] {
  jobs.flatMap { job in
    (0..<job.length).map { Block(job: job.number, position: $0, value: $0 * ($0 + 1) / 2 + job.number) }
  }
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
    let blocks = blueprint.join(
      source,
      to: Stage<Job, Block>.expand("AudioReader", workers: workers) { job, sender in
        for position in 0..<job.length { try await sender.send(Block(job: job.number, position: position)) }
      }, capacity: capacity)
    // A different number of workers than the stage before, so that lanes cross.
    let sums = blueprint.join(
      blocks,
      to: Stage<Block, Block>.grouped(
        "FrontEnd", workers: 1 + workers % 3, freshState: { 0 },
        each: { sum, block, sender in
          sum += block.position
          try await sender.send(Block(job: block.job, position: block.position, value: sum + block.job))
        }), capacity: capacity)
    blueprint.join(sums, to: Sink.each("ArchiveWriter") { seen.append($0) }, capacity: capacity)
    let meters = try await blueprint.run()
    #expect(seen.all == expectedBlocks(jobs))
    #expect(meters.map(\.messagesOut) == [40, seen.all.count, seen.all.count, 0])
    #expect(meters.map(\.messagesIn) == [0, 40, seen.all.count, seen.all.count])
  }
}
