import Corpus
import Foundations
package import FrontEnds
import Signal
import StageGraph
import Stages
package import TrainedModels

/// What `stream` is asked to do.
package struct LiveStreamOptions: Sendable {
  /// What the bytes on the input are.
  package enum Input: String, Sendable, CaseIterable {
    /// A file if the input begins like one, else `s16`.
    case auto
    /// RIFF WAVE or NIST SPHERE of 16-bit samples, or RIFF WAVE of floats.
    case file
    /// 16-bit samples, little-endian, mono, at the sample rate of the features.
    case s16
    /// 32-bit floats, little-endian, mono, full scale ±1.
    case f32
  }

  /// What is written.
  package enum Output: String, Sendable, CaseIterable {
    /// A frame a line, values separated by blanks; or a phone a line, its start and end in seconds before it.
    case text
    /// NumPy arrays `[frames, channels]`.
    case npy
    /// Kaldi float matrices.
    case ark
    /// A phone a line as in TIMIT: first sample, the sample after the last, symbol.
    case phn
    /// A phone a line, as a JSON object.
    case jsonl

    package static let ofFeatures: [Self] = [.text, .npy, .ark]
    package static let ofPhones: [Self] = [.text, .phn, .jsonl]
  }

  package var frontEnd: FrontEndSpec
  /// The model that recognizes phones; features are written if nil.
  package var model: LoadedModel?
  /// The folder of the program's data, before the other places where it is looked for.
  package var dataFolder: String?
  package var input: Input = .auto
  package var output: Output = .text
  /// The key of the stream: names its matrices, and decides its dither.
  package var key = "stream"
  /// The channel to take from a file of several, from 1.
  package var channel: Int?
  /// Frames in each array or matrix where the output cannot be sought in.
  package var blockFrames = 10

  package init(frontEnd: FrontEndSpec) { self.frontEnd = frontEnd }
}

/// Audio on a file descriptor to features, or with a model to phones, on another, as they come.
package struct LiveStream: Sendable {
  let options: LiveStreamOptions
  let frontEnd: any FrontEnd
  /// Nil for features.
  let recognition: LiveRecognition?

  /// What a stream has done.
  package struct Report: Sendable, Equatable {
    package var samples: Int
    package var frames: Int
    package var channels: Int
    package var summary: String
    /// Phones written; nil for features.
    package var phones: Int?
    /// Frames from a phone's end until it was certain, in the mean and at most.
    package var meanPhoneDelayFrames = 0.0
    package var longestPhoneDelayFrames = 0
    /// Bytes at the end that make no whole sample.
    package var oddBytes: Int
  }

  /// - Throws: ``WorkflowError`` for normalization over more than a window or a model that reads backward;
  ///   ``FrontEndError``, ``TrainedModelError``, ``DataManifestError``.
  package init(_ options: LiveStreamOptions) throws {
    let features = options.frontEnd.configuration
    guard !PreprocessPlan.needsSecondPass(features.cmvn) else {
      throw WorkflowError.wholeUtteranceNormalization(features.cmvn, model: options.model?.path)
    }
    self.options = options
    if let model = options.model {
      frontEnd = try model.frontEnd(with: features)
      recognition = try LiveRecognition(model, dataFolder: options.dataFolder, timing: frontEnd.timing)
    } else {
      frontEnd = try options.frontEnd.makeFrontEnd()
      recognition = nil
    }
    try BlockSize.check(frontEnd, samples: Self.blockSamples)
  }

  /// Frames after its own for which a row waits, and the milliseconds from a frame's first sample to its row.
  ///
  /// Rows are of features, or of posteriors; a phone waits longer, until no other path is left: see
  /// ``Report``.
  package var latency: (frames: Int, milliseconds: Double) {
    let timing = frontEnd.timing
    let frames = frontEnd.latencyFrames + (recognition?.latencyFrames ?? 0)
    let samples = timing.frameLengthSamples + frames * timing.frameShiftSamples
    return (frames, 1000 * Double(samples) / Double(timing.sampleRateHertz))
  }

  package var summary: String {
    [frontEnd.summary, recognition?.summary].compactMap(\.self).joined(separator: "; ")
  }

  /// Samples of audio on their way to the front end.
  struct LiveAudio: ~Copyable, GraphMessage {
    static var messageName: String { "AudioBlock" }
    let samples: AudioSamples
  }

  /// Rows on their way to the output.
  struct LiveRows: ~Copyable, GraphMessage {
    static var messageName: String { "FeatureBlock" }
    let slab: Slab<Float>
    let count: Int
  }

  /// Samples taken at once, so that a row never waits for more than 64 ms of audio that is there already.
  static let blockSamples = 1024

  /// Reads until the input ends and writes every row as soon as it is there.
  ///
  /// Cancelling the task ends the stream.
  package func run(
    input: Int32 = 0, output: Int32 = 1, stop: StreamStop = StreamStop()
  ) async throws -> Report {
    let counts = LiveCounts()
    let graph = blueprint(input: input, output: output, counts: counts, stop: stop)
    _ = try await graph.run()
    return Report(
      samples: counts.samples, frames: counts.frames, channels: frontEnd.channels, summary: summary,
      phones: recognition == nil ? nil : counts.phones,
      meanPhoneDelayFrames: Double(counts.phoneDelayFrames) / Double(max(1, counts.phones)),
      longestPhoneDelayFrames: counts.longestPhoneDelayFrames, oddBytes: counts.oddBytes)
  }

  /// The graph, for drawing.
  package var drawing: GraphBlueprintDrawing {
    GraphBlueprintDrawing(blueprint(input: 0, output: 1, counts: LiveCounts(), stop: StreamStop()))
  }

  private func blueprint(
    input: Int32, output: Int32, counts: LiveCounts, stop: StreamStop
  ) -> GraphBlueprint {
    let blueprint = GraphBlueprint("stream")
    let reader = LiveInput(
      descriptor: input, kind: options.input,
      requirements: AudioRequirements(
        sampleRateHertz: frontEnd.timing.sampleRateHertz, channel: options.channel, minimumSampleCount: 0),
      int16Pool: BufferPool(elementsPerBuffer: Self.blockSamples),
      floatPool: BufferPool(elementsPerBuffer: Self.blockSamples), counts: counts, stop: stop)
    let audio = blueprint.add(
      Source<LiveAudio>("StandardInput", placement: .ownThread) { sender in
        try await reader.read(into: &sender)
      })
    let rows = blueprint.join(audio, to: extraction, capacity: 4)
    if let recognition {
      recognition.join(
        rows, to: blueprint, LiveWriter(descriptor: output, stop: stop), options.output, counts: counts)
      return blueprint
    }
    let (options, channels) = (options, frontEnd.channels)
    blueprint.join(
      rows,
      to: Sink<LiveRows>("StandardOutput", placement: .ownThread) { receiver in
        var writer = LiveOutput(
          descriptor: output, options: options, channels: channels, stop: stop)
        while let rows = try await receiver.nextInStream() {
          counts.add(frames: rows.count)
          try writer.write(UnsafeBufferPointer(start: rows.slab.base, count: rows.count * channels))
        }
        if counts.samples > 0 { try writer.finish() }
      }, capacity: 4)
    return blueprint
  }

  private struct State {
    let stream: any FrontEndStream
    var pool: BufferPool<Float>
    private var rowsGiven = 0

    init(stream: any FrontEndStream, pool: BufferPool<Float>) {
      self.stream = stream
      self.pool = pool
    }

    /// Counts rows, and refuses those that are not finite: samples that are may still overflow in the
    /// spectrum.
    mutating func take(_ rows: UnsafeBufferPointer<Float>) throws(WorkflowError) {
      // A sum of products with 0 is NaN exactly if a value is not finite.
      var poison: Float = 0
      for value in rows { poison += value * 0 }
      if poison.isNaN, let index = rows.firstIndex(where: { !$0.isFinite }) {
        throw .nonFiniteFeatures(frame: rowsGiven + index / stream.outputChannels, value: rows[index])
      }
      rowsGiven += rows.count / stream.outputChannels
    }
  }

  private var extraction: Stage<LiveAudio, LiveRows> {
    let (frontEnd, key) = (frontEnd, options.key)
    return .grouped(
      "FrontEnd",
      freshState: {
        let stream = frontEnd.makeStream(utterance: key)
        let most = stream.maximumFrames(accepting: Self.blockSamples) + stream.maximumFinishFrames
        return State(
          stream: stream, pool: BufferPool(elementsPerBuffer: max(1, most) * stream.outputChannels))
      },
      each: { state, block, sender in
        let room = state.stream.maximumFrames(accepting: Self.blockSamples) * state.stream.outputChannels
        if room > state.pool.elementsPerBuffer { state.pool = BufferPool(elementsPerBuffer: room) }
        let slab = try state.pool.acquire()
        let rows = UnsafeMutableBufferPointer(start: slab.base, count: slab.capacity)
        let count: Int
        switch block.samples {
        case .int16(let samples):
          count = state.stream.accept(
            UnsafeBufferPointer(start: samples.base, count: samples.count), into: rows)
        case .float32(let samples):
          count = state.stream.accept(
            UnsafeBufferPointer(start: samples.base, count: samples.count), into: rows)
        case .none: count = 0
        }
        guard count > 0 else { return }
        try state.take(UnsafeBufferPointer(start: slab.base, count: count * state.stream.outputChannels))
        let message = LiveRows(slab: slab, count: count)
        try await sender.send(message)
      },
      end: { state, sender in
        let room = state.stream.maximumFinishFrames * state.stream.outputChannels
        if room > state.pool.elementsPerBuffer { state.pool = BufferPool(elementsPerBuffer: room) }
        let slab = try state.pool.acquire()
        let count = state.stream.finish(
          into: UnsafeMutableBufferPointer(start: slab.base, count: slab.capacity))
        guard count > 0 else { return }
        try state.take(UnsafeBufferPointer(start: slab.base, count: count * state.stream.outputChannels))
        let message = LiveRows(slab: slab, count: count)
        try await sender.send(message)
      })
  }
}
