import Corpus
import DataManifests
import Foundations
import FrontEnds
import Signal
import StageGraph

/// The stage that turns blocks of audio into blocks of features, with frame labels and CMVN statistics.
struct FeatureExtraction: Sendable {
  let frontEnd: any FrontEnd
  /// The classes whose labels each frame gets.
  let foldings: [Folding]
  /// Whether an utterance may never end, so that a frame that is not finite ends the graph at once, and not
  /// the utterance at its end; then there are no statistics.
  let isLive: Bool
  let rowPool: BufferPool<Float>
  let labelPool: BufferPool<Int32>

  init(frontEnd: any FrontEnd, foldings: [Folding], blockSamples: Int, isLive: Bool = false) {
    self.frontEnd = frontEnd
    self.foldings = foldings
    self.isLive = isLive
    let rows = frontEnd.maximumFrames(ofBlock: blockSamples)
    rowPool = BufferPool(elementsPerBuffer: rows * frontEnd.channels)
    labelPool = BufferPool(elementsPerBuffer: rows * max(1, foldings.count))
  }

  /// A worker's state: the memory is kept from one utterance to the next, nothing else is.
  private struct State {
    let stream: any FrontEndStream
    var isFresh = true
    var rowsGiven = 0
    var labels: [UtteranceLabels] = []
    var statistics: CMVNStatistics
  }

  func stage(workers: Int) -> Stage<AudioBlock, FeatureBlock> {
    .grouped(
      "FrontEnd", workers: workers,
      state: {
        State(
          stream: frontEnd.makeStream(utterance: ""), statistics: CMVNStatistics(channels: frontEnd.channels))
      },
      begin: { state in
        state.isFresh = true
        state.rowsGiven = 0
        state.labels = []
        state.statistics = CMVNStatistics(channels: frontEnd.channels)
      },
      each: { state, block, sender in
        let rows = try extract(block, state: &state)
        try await sender.send(rows)
      })
  }

  private func extract(_ block: consuming AudioBlock, state: inout State) throws -> FeatureBlock {
    let context = block.context
    if let rejection = block.rejection {
      return .end(context, rejection: rejection)
    }
    let isFirst = state.isFresh
    if isFirst { begin(context, &state) }
    let stream = state.stream
    let channels = stream.outputChannels
    var slab = try rowPool.acquire()
    var room = UnsafeMutableBufferPointer(start: slab.base, count: slab.capacity)
    var count: Int
    switch block.samples {
    case .int16(let samples):
      count = stream.accept(UnsafeBufferPointer(start: samples.base, count: samples.count), into: room)
    case .float32(let samples):
      count = stream.accept(UnsafeBufferPointer(start: samples.base, count: samples.count), into: room)
    case .none:
      count = 0
    }
    if block.isLast {
      room = UnsafeMutableBufferPointer(rebasing: room[(count * channels)...])
      count += stream.finish(into: room)
    }
    slab.count = count * channels
    let values = UnsafeBufferPointer(start: slab.base, count: slab.count)
    if isLive { try Self.requireFinite(values, state) } else { state.statistics.accumulate(values) }
    let labels = try labels(of: state.rowsGiven..<(state.rowsGiven + count), state)
    state.rowsGiven += count
    let statistics = block.isLast && !isLive ? state.statistics.matrix : nil
    // Samples that are finite may still overflow in the spectrum; sums over all rows show that at no cost a
    // row.
    if let statistics, !statistics.allSatisfy(\.isFinite) {
      let rejection = Finding(
        .reject, .nonFinite, path: Sanitized.path(context.utterance.audioPath), field: "features",
        expected: "finite features",
        found: "a NaN or an infinity", utterance: context.utterance.key)
      return FeatureBlock(
        context: context, sampleCount: block.sampleCount, rows: nil, isFirst: false, isLast: true,
        rejection: rejection, statistics: nil)
    }
    return FeatureBlock(
      context: context, sampleCount: block.sampleCount,
      rows: .init(features: slab, labels: labels, rowCount: count), isFirst: isFirst, isLast: block.isLast,
      rejection: nil,
      statistics: statistics)
  }

  private func begin(_ context: UtteranceContext, _ state: inout State) {
    state.isFresh = false
    state.stream.reset(utterance: context.utterance.key)
    if let measures = context.content?.measures { state.stream.set(measures) }
    guard let content = context.content, let phones = content.phones else { return }
    let rate = content.audio.sampleRateHertz
    state.labels = foldings.map {
      UtteranceLabels(phones, rate: rate, folding: $0, timing: frontEnd.timing)
    }
  }

  /// Refuses values that are not finite: samples that are may still overflow in the spectrum.
  private static func requireFinite(
    _ values: UnsafeBufferPointer<Float>, _ state: State
  ) throws(StageError) {
    // A sum of products with 0 is NaN exactly if a value is not finite.
    var poison: Float = 0
    for value in values { poison += value * 0 }
    guard poison.isNaN, let index = values.firstIndex(where: { !$0.isFinite }) else { return }
    throw .nonFiniteFeatures(
      frame: state.rowsGiven + index / state.stream.outputChannels, value: values[index])
  }

  private func labels(of rows: Range<Int>, _ state: State) throws -> Slab<Int32> {
    var slab = try labelPool.acquire()
    slab.count = rows.count * foldings.count
    if state.labels.isEmpty {
      slab.base.update(repeating: FrameLabels.unlabeled, count: slab.count)
    }
    for (index, labels) in state.labels.enumerated() {
      labels.write(
        from: rows.lowerBound,
        into: UnsafeMutableBufferPointer(start: slab.base + index * rows.count, count: rows.count))
    }
    return slab
  }
}
