import Foundations
package import Signal

/// Any front end followed by deltas, splicing, subsampling and sliding normalization.
package struct PostprocessedFrontEnd: FrontEnd {
  package let channels: Int
  package let timing: FrameTiming
  package let summary: String

  /// The most values that the frames owed at the end of an utterance may have (1 GiB).
  package static let maximumHeldValues = 1 << 28

  private let base: any FrontEnd
  private let options: PostprocessingOptions

  /// - Parameter description: what is computed, the steps included.
  /// - Throws: ``FrontEndError/postprocessing(_:)`` and ``FrontEndError/tooLarge(values:allowed:)``.
  init(
    _ base: any FrontEnd, frame: FrameOptions, options: PostprocessingOptions, description: String
  ) throws(FrontEndError) {
    self.base = base
    self.options = options
    channels = try Self.channels(of: base, frame: frame, options: options)
    timing = FrameTiming(frame: frame, subsample: options.subsample)
    summary = "\(description); \(channels) \(Plural.noun("channel", for: channels))"
  }

  /// Checks steps after a front end, also none at all, and the memory that they and the end of an utterance
  /// need.
  ///
  /// - Returns: Floats in a frame after the steps.
  /// - Throws: ``FrontEndError/postprocessing(_:)`` and ``FrontEndError/tooLarge(values:allowed:)``.
  static func channels(
    of base: any FrontEnd, frame: FrameOptions, options: PostprocessingOptions
  ) throws(FrontEndError) -> Int {
    let channels: Int
    do throws(PostprocessingError) {
      channels = try options.validate(channels: base.channels)
    } catch {
      throw .postprocessing(error)
    }
    // Frames whose ends are reflected, and all frames that wait, may come out together.
    let owed =
      frame.frameLength / frame.frameShift + 2 + base.initialLatencyFrames + options.initialLatencyFrames
    let (values, overflow) = options.maximumFrameCount(of: owed).multipliedReportingOverflow(by: channels)
    guard !overflow, values <= maximumHeldValues else {
      throw .tooLarge(values: overflow ? .max : values, allowed: maximumHeldValues)
    }
    return channels
  }

  package var latencyFrames: Int { base.latencyFrames + options.latencyFrames }
  package var initialLatencyFrames: Int { base.initialLatencyFrames + options.initialLatencyFrames }
  package var fingerprint: ArithmeticFingerprint { base.fingerprint }
  package var measuring: [any FrontEnd] { base.measuring }

  package func maximumFrames(ofBlock samples: Int) -> Int {
    let context = options.deltas.order * options.deltas.window + options.splice.right
    let frames = [base.maximumFrames(ofBlock: samples), context].reduce(0) {
      $0 + options.maximumFrameCount(of: $1)
    }
    // Frames come in two calls, each of which may round its share of a subsampling up.
    let rounding = options.subsample.factor > 1 ? 1 : 0
    // The normalizer gives all frames it holds at most once before the end; the stream wants room at the end
    // for as many again, and once more for those that the context gives.
    let held = options.sliding?.initialLatencyFrames ?? 0
    return max(1, frames + rounding + (context > 0 ? 3 : 2) * held)
  }

  package func makeStream(utterance: String) -> any FrontEndStream {
    PostprocessedFrontEndStream(
      base: base.makeStream(utterance: utterance), options: options, channels: channels, timing: base.timing,
      latency: base.initialLatencyFrames)
  }
}

/// The state of a ``PostprocessedFrontEnd`` within one utterance.
private final class PostprocessedFrontEndStream: FrontEndStream {
  let outputChannels: Int
  private let base: any FrontEndStream
  private var steps: PostprocessingStream
  private let extracted: UnsafeMutableBufferPointer<Float>
  private let blockSamples: Int

  /// Frames extracted before they are passed on.
  private static let blockFrames = 64

  /// - Precondition: the options passed ``PostprocessingOptions/validate(channels:)``.
  init(
    base: any FrontEndStream, options: PostprocessingOptions, channels: Int, timing: FrameTiming, latency: Int
  ) {
    self.base = base
    outputChannels = channels
    guard let steps = try? PostprocessingStream(options: options, channels: base.outputChannels) else {
      preconditionFailure("options are validated before")
    }
    self.steps = consume steps
    blockSamples = Self.blockFrames * timing.frameShiftSamples
    // More frames than those of a block come at the end of an utterance, and where a frame is longer than a
    // block.
    let owed = timing.frameLengthSamples / timing.frameShiftSamples + 2
    extracted = .allocate(capacity: (Self.blockFrames + owed + latency) * base.outputChannels)
  }

  deinit { extracted.deallocate() }

  func maximumFrames(accepting samples: Int) -> Int {
    steps.maximumFrames(accepting: base.maximumFrames(accepting: samples))
  }

  func maximumFinishFrames(accepting samples: Int) -> Int {
    let owed = base.maximumFinishFrames(accepting: samples)
    return steps.maximumFrames(accepting: owed) + steps.maximumFinishFrames
  }

  func accept(_ samples: UnsafeBufferPointer<Int16>, into rows: UnsafeMutableBufferPointer<Float>) -> Int {
    acceptBlocks(count: samples.count, into: rows) { range, extracted in
      base.accept(UnsafeBufferPointer(rebasing: samples[range]), into: extracted)
    }
  }

  func accept(_ samples: UnsafeBufferPointer<Float>, into rows: UnsafeMutableBufferPointer<Float>) -> Int {
    acceptBlocks(count: samples.count, into: rows) { range, extracted in
      base.accept(UnsafeBufferPointer(rebasing: samples[range]), into: extracted)
    }
  }

  func finish(into rows: UnsafeMutableBufferPointer<Float>) -> Int {
    let written = pass(base.finish(into: extracted), into: rows)
    return written + steps.finish(into: rest(of: rows, after: written))
  }

  func set(_ measures: UtteranceMeasures) { base.set(measures) }

  func reset(utterance: String) {
    base.reset(utterance: utterance)
    steps.reset()
  }

  private func acceptBlocks(
    count: Int, into rows: UnsafeMutableBufferPointer<Float>,
    extract: (Range<Int>, UnsafeMutableBufferPointer<Float>) -> Int
  ) -> Int {
    var (start, written) = (0, 0)
    while start < count {
      let end = min(count, start + blockSamples)
      written += pass(extract(start..<end, extracted), into: rest(of: rows, after: written))
      start = end
    }
    return written
  }

  private func pass(_ frames: Int, into rows: UnsafeMutableBufferPointer<Float>) -> Int {
    guard frames > 0 else { return 0 }
    return steps.accept(
      UnsafeBufferPointer(rebasing: extracted[..<(frames * base.outputChannels)]), into: rows)
  }

  private func rest(
    of rows: UnsafeMutableBufferPointer<Float>, after frames: Int
  ) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(rebasing: rows[(frames * outputChannels)...])
  }
}
