import ArgumentParser
import Foundation
import Signal

/// Live audio in chunks of 10 ms, one frame each.
struct StreamingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "streaming",
    abstract: "Chunks of 160 samples: time and allocations per chunk, and bits compared with whole files.")

  @OptionGroup var options: SharedOptions

  func run() throws {
    try options.report(pinned: true) { try StreamingSection(options).measure() }
  }
}

struct StreamingSection {
  private static let chunk = 160
  private static let bins = 40
  private let runs: Int
  private let corpus: BenchmarkCorpus
  private let native: KaldiNativeFbank
  private let samples: [Int16]

  init(_ options: SharedOptions) throws {
    runs = options.runs
    corpus = try options.benchmarkCorpus()
    native = try KaldiNativeFbank(peers: options.peers)
    samples = try corpus.speech(seconds: 60)
  }

  /// One pass over the audio.
  private struct Pass {
    /// The sorted nanoseconds of chunks that complete a frame.
    var times: [Double] = []
    var allocationsPerChunk = 0.0
  }

  func measure() throws -> Section {
    let whole = try LogMel(bins: Self.bins)
    whole.reserve(samples: samples.count)
    whole.compute(samples)
    let plan = whole.plan
    var rows = [Float](repeating: 0, count: whole.rows.count)
    var ours: [Pass] = []
    var peers: [Pass] = []
    var differing = 0
    for round in 0...runs {
      let pass = stream(plan, into: &rows)
      differing += zip(rows, whole.rows).reduce(0) { $0 + ($1.0.bitPattern == $1.1.bitPattern ? 0 : 1) }
      let peer = try streamPeer()
      guard round > 0 else { continue }
      ours.append(pass)
      peers.append(peer)
    }
    differing += differences(plan, from: whole.rows)
    return Section(
      title: "Streaming, chunks of 160 samples (10 ms), \(Self.bins) bins, one thread",
      conditions: [
        "audio: \(corpus.name), 60 s per run, chunks back to back, ours and the peer alternating; every"
          + " chunk but the "
          + "first two completes one frame",
        "wall-clock time of each chunk, including \(MarkdownReport.number(timerCost())) ns of the timer"
          + " itself; ours "
          + "from Int16, \(KaldiNativeFbank.name) (\(native.buildDescription)) from float, its frames"
          + " popped at once",
        "allocations: calls of malloc and related functions on this thread, counted by the program's own"
          + " definitions",
      ],
      figures: figures(ours, peers, differing: differing))
  }

  private func figures(_ ours: [Pass], _ peers: [Pass], differing: Int) -> [Figure] {
    var figures = [("p50", 0.5, 800.0 as Double?), ("p90", 0.9, nil), ("p99", 0.99, nil)].map {
      name, fraction, target in
      let own = Summary(ours.map { percentile(fraction, ofSorted: $0.times) })
      let peer = Summary(peers.map { percentile(fraction, ofSorted: $0.times) })
      return Figure(
        name, unit: "ns/chunk", ours: own, peer: Peer(name: KaldiNativeFbank.name, summary: peer),
        ratio: peer.median / own.median, ratioMeaning: "peer ÷ ours",
        target: target.map { Target(.atMost, $0, unit: "ns", of: own.median) },
        note: target == nil ? nil : "the stretch goal is 600 ns")
    }
    let own = Summary(ours.map(\.allocationsPerChunk))
    let peer = Summary(peers.map(\.allocationsPerChunk))
    figures.append(
      Figure(
        "allocations", unit: "per chunk", ours: own, peer: Peer(name: KaldiNativeFbank.name, summary: peer),
        target: Target(.equal, 0, of: own.maximum)))
    figures.append(
      Figure(
        "values whose bits differ from those of the whole file", unit: "values",
        ours: Summary([Double(differing)]), target: Target(.equal, 0, of: Double(differing)),
        note: "chunks of 160 samples in every run, and of 1, 7, 159, 161, 4,000 and 100,003 samples once"))
    return figures
  }

  private func stream(_ plan: FilterBankPlan, into rows: inout [Float]) -> Pass {
    let stream = plan.makeStream()
    var pass = Pass()
    pass.times.reserveCapacity(samples.count / Self.chunk)
    samples.withUnsafeBufferPointer { samples in
      rows.withUnsafeMutableBufferPointer { rows in
        let allocations = threadAllocationCount()
        var written = 0
        for start in stride(from: 0, to: samples.count - Self.chunk + 1, by: Self.chunk) {
          let chunk = UnsafeBufferPointer(rebasing: samples[start..<start + Self.chunk])
          let output = UnsafeMutableBufferPointer(rebasing: rows[written...])
          let begin = WallClock.now()
          let frames = stream.accept(chunk, into: output)
          let time = WallClock.now() - begin
          written += frames * plan.channels
          if frames == 1 { pass.times.append(time) }
        }
        pass.allocationsPerChunk = perChunk(threadAllocationCount() - allocations)
      }
    }
    pass.times.sort()
    return pass
  }

  private func streamPeer() throws -> Pass {
    let stream = try native.makeStream(bins: Self.bins)
    let floats = samples.map(Float.init)
    var row = [Float](repeating: 0, count: 4 * Self.bins)
    var pass = Pass()
    pass.times.reserveCapacity(samples.count / Self.chunk)
    var failed = false
    floats.withUnsafeBufferPointer { samples in
      row.withUnsafeMutableBufferPointer { row in
        let allocations = threadAllocationCount()
        for start in stride(from: 0, to: samples.count - Self.chunk + 1, by: Self.chunk) {
          let chunk = UnsafeBufferPointer(rebasing: samples[start..<start + Self.chunk])
          let begin = WallClock.now()
          let frames = stream.accept(chunk, into: row, bins: Self.bins)
          let time = WallClock.now() - begin
          if frames == 1 { pass.times.append(time) }
          if frames < 0 { failed = true }
        }
        pass.allocationsPerChunk = perChunk(threadAllocationCount() - allocations)
      }
    }
    guard !failed else {
      throw BenchmarkError.peerFailed(peer: KaldiNativeFbank.name, reason: "could not stream")
    }
    pass.times.sort()
    return pass
  }

  private func perChunk(_ allocations: Int) -> Double {
    Double(allocations) / Double(samples.count / Self.chunk)
  }

  /// The number of values that differ with chunks of other lengths.
  private func differences(_ plan: FilterBankPlan, from whole: [Float]) -> Int {
    var count = 0
    for length in [1, 7, 159, 161, 4_000, 100_003] {
      let stream = plan.makeStream()
      var rows = [Float](repeating: 0, count: whole.count)
      samples.withUnsafeBufferPointer { samples in
        rows.withUnsafeMutableBufferPointer { rows in
          var written = 0
          for start in stride(from: 0, to: samples.count, by: length) {
            let chunk = UnsafeBufferPointer(rebasing: samples[start..<min(start + length, samples.count)])
            let output = UnsafeMutableBufferPointer(rebasing: rows[written...])
            written += stream.accept(chunk, into: output) * plan.channels
          }
          stream.finish(into: UnsafeMutableBufferPointer(rebasing: rows[written...]))
        }
      }
      count += zip(rows, whole).reduce(0) { $0 + ($1.0.bitPattern == $1.1.bitPattern ? 0 : 1) }
    }
    return count
  }

  /// The median nanoseconds between two successive readings of the timer.
  private func timerCost() -> Double {
    let costs = (0..<1_001).map { _ in
      let begin = WallClock.now()
      return WallClock.now() - begin
    }
    return percentile(0.5, ofSorted: costs.sorted())
  }
}
