import Corpus
import Signal
import StageGraph

/// Blocks of audio through the front end, as in preprocessing, either in a graph or in a plain loop.
struct GraphPipeline: Sendable {
  /// The number of samples in a block: 200 frames.
  static let blockSamples = 32_000
  private static let bins = 40

  /// The origin of the audio.
  enum Input: Sendable {
    /// Utterances in memory, which the source only cuts into blocks.
    case memory([Utterance])
    /// 16-bit files, read by a stage of the graph.
    case files([String])
  }

  /// The samples of one utterance, shared by its blocks.
  final class Utterance: Sendable {
    let samples: [Int16]
    init(_ samples: [Int16]) { self.samples = samples }
  }

  private let plan: FilterBankPlan

  init() throws {
    var options = FilterBankOptions()
    options.mel.bins = Self.bins
    plan = try FilterBankPlan(options)
  }

  private struct Job: GraphMessage {
    let path: String
  }

  private enum AudioBlock: ~Copyable, GraphMessage {
    case shared(Utterance, Range<Int>)
    case read(Slab<Int16>)
  }

  private struct FeatureBlock: ~Copyable, GraphMessage {
    let rows: Slab<Float>
  }

  private static func blocks(of count: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: blockSamples).map { $0..<min($0 + blockSamples, count) }
  }

  private var rowPool: BufferPool<Float> {
    BufferPool(elementsPerBuffer: (Self.blockSamples / plan.frame.frameShift + 1) * Self.bins)
  }

  /// The wall-clock nanoseconds and the frames of the front end alone, on this thread, over audio in memory.
  func nanosecondsAlone(
    _ utterances: [Utterance], repeats: Int
  ) throws -> (nanoseconds: Double, frames: Int) {
    let pool = rowPool
    let stream = plan.makeStream()
    var values = 0
    let start = WallClock.now()
    for _ in 0..<repeats {
      for utterance in utterances {
        stream.reset(utteranceKey: 0)
        for range in Self.blocks(of: utterance.samples.count) {
          var slab = try pool.acquire()
          slab.count = Self.accept(utterance, range, stream, into: slab.base, capacity: slab.capacity)
          values += slab.count
        }
      }
    }
    return (WallClock.now() - start, values / Self.bins)
  }

  /// The wall-clock nanoseconds of a graph of source, reader (for files), front end, and a sink that drops
  /// the rows.
  func nanosecondsInGraph(
    _ input: Input, repeats: Int, workers: Int
  ) throws -> (nanoseconds: Double, frames: Int, meters: [StageMeter]) {
    let blueprint = GraphBlueprint("preprocess")
    let audio: Outlet<AudioBlock>
    switch input {
    case .memory(let utterances):
      audio = blueprint.add(
        Source<AudioBlock>("Corpus") { sender in
          for _ in 0..<repeats {
            for utterance in utterances {
              for range in Self.blocks(of: utterance.samples.count) {
                try await sender.send(.shared(utterance, range))
              }
              try await sender.endGroup()
            }
          }
        })
    case .files(let paths):
      let jobs = (0..<repeats).flatMap { _ in paths.map(Job.init) }
      audio = blueprint.join(
        blueprint.add(Source<Job>.each("Corpus", of: jobs)), to: Self.reader(workers: workers), capacity: 16)
    }
    let features = blueprint.join(audio, to: frontEnd(workers: workers), capacity: 4)
    let values = Tally()
    blueprint.join(
      features,
      to: Sink<FeatureBlock>("Sink") { receiver in
        var count = 0
        while let block = try await receiver.nextInStream() { count += block.rows.count }
        values.set(count)
      })
    let run = try blueprint.makeRun()
    return try waitFor {
      let start = WallClock.now()
      let meters = try await run.execute()
      return (WallClock.now() - start, values.value / Self.bins, meters)
    }
  }

  private static func reader(workers: Int) -> Stage<Job, AudioBlock> {
    let pool = BufferPool<Int16>(elementsPerBuffer: blockSamples)
    return .expand("AudioReader", workers: workers) { job, sender in
      let file = try AudioFile(path: job.path)
      while file.position < file.info.sampleCount {
        var slab = try pool.acquire()
        slab.count = try file.read(into: UnsafeMutableBufferPointer(start: slab.base, count: slab.capacity))
        try await sender.send(.read(slab))
      }
    }
  }

  private func frontEnd(workers: Int) -> Stage<AudioBlock, FeatureBlock> {
    let pool = rowPool
    let plan = plan
    return .grouped(
      "FrontEnd", workers: workers, state: { plan.makeStream() }, begin: { $0.reset(utteranceKey: 0) },
      each: { stream, block, sender in
        var slab = try pool.acquire()
        switch block {
        case .shared(let utterance, let range):
          slab.count = Self.accept(utterance, range, stream, into: slab.base, capacity: slab.capacity)
        case .read(let samples):
          let input = UnsafeBufferPointer(start: samples.base, count: samples.count)
          let room = UnsafeMutableBufferPointer(start: slab.base, count: slab.capacity)
          slab.count = stream.accept(input, into: room) * Self.bins
        }
        try await sender.send(FeatureBlock(rows: slab))
      })
  }

  private static func accept(
    _ utterance: Utterance, _ range: Range<Int>, _ stream: FeatureStream,
    into rows: UnsafeMutablePointer<Float>,
    capacity: Int
  ) -> Int {
    utterance.samples.withUnsafeBufferPointer {
      stream.accept(
        UnsafeBufferPointer(rebasing: $0[range]),
        into: UnsafeMutableBufferPointer(start: rows, count: capacity))
    } * bins
  }
}
