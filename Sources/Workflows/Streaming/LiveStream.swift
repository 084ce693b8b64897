import Corpus
import Foundations
package import FrontEnds
import Signal
import StageGraph
package import Stages
package import TrainedModels

/// The options of `stream`.
package struct LiveStreamOptions: Sendable {
  /// The format of the output.
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
  package var input: LiveInputFormat = .auto
  package var output: Output = .text
  /// The key of the stream: names its matrices, and decides its dither.
  package var key = "stream"
  /// The channel to take from a file of several, from 1.
  package var channel: Int?
  /// Whether a file of another sample rate than that of the features is taken, resampled.
  package var resamples = false
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

  /// The result of a stream.
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

  /// - Throws: `WorkflowError` for normalization over more than a window or a model that reads backward;
  ///   `FrontEndError`, `TrainedModelError`, `DataManifestError`.
  package init(_ options: LiveStreamOptions) throws {
    let features = options.frontEnd.configuration
    guard !PreprocessPlan.needsSecondPass(features.cmvn) else {
      throw WorkflowError.wholeUtteranceNormalization(features.cmvn, model: options.model?.path)
    }
    let measuring = options.frontEnd.wholeUtteranceOptions
    guard measuring.isEmpty else {
      throw WorkflowError.measuresUtterances(options: measuring, model: options.model?.path)
    }
    self.options = options
    if let model = options.model {
      frontEnd = try model.frontEnd(with: features)
      recognition = try LiveRecognition(model, timing: frontEnd.timing)
    } else {
      frontEnd = try options.frontEnd.makeFrontEnd()
      recognition = nil
    }
    try BlockSize.check(frontEnd, samples: LiveFeatureSource.blockSamples)
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

  /// Reads until the input ends and writes every row as soon as it is there.
  ///
  /// Cancelling the task ends the stream.
  package func run(
    input: Int32 = 0, output: Int32 = 1, stop: StreamStop = StreamStop()
  ) async throws -> Report {
    let counts = LiveCounts()
    let graph = blueprint(input: input, output: output, counts: counts, stop: stop)
    _ = try await graph.run()
    if let fault = counts.inputFault { throw fault }
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
    let source = LiveFeatureSource(
      frontEnd: frontEnd, descriptor: input, format: options.input, channel: options.channel,
      resamples: options.resamples, key: options.key, counts: counts, stop: stop)
    let features = source.join(to: blueprint)
    if let recognition {
      recognition.join(
        features, to: blueprint, LiveWriter(descriptor: output, stop: stop), options.output, counts: counts)
      return blueprint
    }
    let (options, channels) = (options, frontEnd.channels)
    blueprint.join(
      features,
      to: Sink<FeatureBlock>("StandardOutput", placement: .ownThread) { receiver in
        var writer = LiveOutput(
          descriptor: output, options: options, channels: channels, stop: stop)
        while let block = try await receiver.nextInStream() {
          counts.add(frames: block.rowCount)
          try writer.write(block.values)
        }
        if counts.samples > 0 { try writer.finish() }
      }, capacity: 4)
    return blueprint
  }
}
