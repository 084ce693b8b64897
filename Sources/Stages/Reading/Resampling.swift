package import Corpus
import Foundations
import FrontEnds
import Signal
import StageGraph

/// The stage that takes audio of any sample rate to that of a front end.
///
/// Audio that has the rate passes as it is. The bits depend neither on the sizes of blocks nor on the worker.
struct Resampling: Sendable {
  private let outputRateHertz: Int
  private let blockSamples: Int
  private let pool: BufferPool<Float>

  /// - Parameters:
  ///   - frontEnd: what the audio is for.
  ///   - blockSamples: the most samples in a block that is sent.
  init(for frontEnd: any FrontEnd, blockSamples: Int) {
    outputRateHertz = frontEnd.timing.sampleRateHertz
    self.blockSamples = blockSamples
    pool = BufferPool(elementsPerBuffer: blockSamples)
  }

  /// A worker's state: the stream of the last pair of rates is kept.
  private struct State {
    var rateHertz = 0
    var stream: ResamplingStream?
    /// Samples of the file that no block has counted yet.
    var uncounted = 0
  }

  func stage(workers: Int) -> Stage<AudioBlock, AudioBlock> {
    .grouped(
      "Resampler", workers: workers, state: { State() },
      begin: { state in
        state.stream?.reset()
        state.uncounted = 0
      },
      each: { state, block, sender in
        try await resample(block, &state, into: &sender)
      })
  }

  nonisolated(nonsending) private func resample(
    _ block: consuming AudioBlock, _ state: inout State, into sender: inout Sender<AudioBlock>
  ) async throws {
    let rate = block.sampleRateHertz ?? block.context.content?.audio.sampleRateHertz ?? outputRateHertz
    guard block.rejection == nil, let stream = try stream(of: rate, &state) else {
      return try await sender.send(block)
    }
    let context = block.context
    stream.accept(block.samples)
    if block.isLast { stream.finish() }
    state.uncounted += block.sampleCount
    var isEnded = false
    while stream.hasOutput {
      var slab = try pool.acquire()
      let count = stream.read(into: UnsafeMutableBufferPointer(start: slab.base, count: blockSamples))
      slab.count = count
      isEnded = stream.isAtEnd
      try await sender.send(
        AudioBlock(
          context: context, samples: .float32(slab), sampleCount: state.uncounted, isLast: isEnded,
          rejection: nil))
      state.uncounted = 0
    }
    guard block.isLast, !isEnded else { return }
    try await sender.send(
      AudioBlock(
        context: context, samples: .none, sampleCount: state.uncounted, isLast: true, rejection: nil))
  }

  private func stream(of rate: Int, _ state: inout State) throws -> ResamplingStream? {
    if let stream = state.stream, state.rateHertz == rate { return stream }
    guard let stream = try ResamplingStream.between(rate, and: outputRateHertz) else { return nil }
    (state.rateHertz, state.stream) = (rate, stream)
    return stream
  }
}

extension ResamplingStream {
  /// The stream between two sample rates; nil where they are equal.
  ///
  /// - Throws: ``StageError/rateNotResampled(found:wanted:)``.
  static func between(_ rate: Int, and wanted: Int) throws(StageError) -> ResamplingStream? {
    guard rate != wanted else { return nil }
    guard let plan = ResamplingPlan.between(rate, and: wanted) else {
      throw .rateNotResampled(found: rate, wanted: wanted)
    }
    return ResamplingStream(plan)
  }

  func accept(_ samples: borrowing AudioSamples) {
    switch samples {
    case .int16(let slab): accept(UnsafeBufferPointer(start: slab.base, count: slab.count))
    case .float32(let slab): accept(UnsafeBufferPointer(start: slab.base, count: slab.count))
    case .none: break
    }
  }
}

extension PhoneTrack {
  /// The track on the clock of another sample rate: each boundary is the first sample that is not before it.
  ///
  /// Whether a sample lies in a phone is thereby decided as by exact fractions of seconds. A phone that is
  /// shorter than a sample of the other clock may hold none.
  package func converted(from rate: Int, to other: Int) -> PhoneTrack {
    guard rate != other else { return self }
    func sample(_ sample: Int) -> Int { ResamplingPlan.sample(sample, of: rate, at: other) }
    return PhoneTrack(
      intervals: intervals.map { Interval(start: sample($0.start), end: sample($0.end), phone: $0.phone) },
      end: sample(end))
  }
}

extension AudioFile {
  /// The first samples at another sample rate, rounded to Int16.
  ///
  /// - Throws: ``CorpusError``.
  package func samples(atRate rate: Int, count: Int) throws -> [Int16] {
    let wanted = min(count, ResamplingPlan.sample(info.sampleCount, of: info.sampleRateHertz, at: rate))
    let stream = try ResamplingStream.between(info.sampleRateHertz, and: rate)
    var block = [Float](repeating: 0, count: 4096)
    var samples: [Int16] = []
    func append(_ values: ArraySlice<Float>) {
      samples += values.prefix(wanted - samples.count).map { Int16(max(-32768, min(32767, $0.rounded()))) }
    }
    while samples.count < wanted {
      let read = try block.withUnsafeMutableBufferPointer { try self.read(into: $0) }
      guard let stream else {
        append(block[..<read])
        continue
      }
      block.withUnsafeBufferPointer { stream.accept(UnsafeBufferPointer(rebasing: $0[..<read])) }
      if position == info.sampleCount { stream.finish() }
      while stream.hasOutput, samples.count < wanted {
        let got = block.withUnsafeMutableBufferPointer { stream.read(into: $0) }
        append(block[..<got])
      }
    }
    return samples
  }
}
