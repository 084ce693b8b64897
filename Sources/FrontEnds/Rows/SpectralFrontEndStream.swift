import Signal

/// The state of a ``SpectralFrontEnd`` within one utterance.
final class SpectralFrontEndStream: FrontEndStream {
  let channels: Int
  private let extractor: FeatureStream
  /// Nil when rows leave as they are extracted, straight into the caller's memory.
  private var postprocessing: PostprocessingStream?
  /// Rows between extraction and the steps after it.
  private let extracted: UnsafeMutableBufferPointer<Float>
  private let blockSamples: Int

  /// Frames extracted before they are passed on.
  private static let blockFrames = 64

  /// - Precondition: the options passed ``PostprocessingOptions/validate(channels:)``.
  init(plan: any FeaturePlan, postprocessing: PostprocessingOptions, outputChannels: Int, utterance: String) {
    channels = outputChannels
    extractor = plan.makeStream(utteranceKey: DitherKey.hash(of: utterance))
    let (length, shift) = (plan.frame.frameLength, plan.frame.frameShift)
    blockSamples = Self.blockFrames * shift
    guard postprocessing != PostprocessingOptions(),
      let steps = try? PostprocessingStream(options: postprocessing, channels: plan.channels)
    else {
      precondition(postprocessing == PostprocessingOptions(), "options are validated before")
      self.postprocessing = nil
      extracted = .allocate(capacity: 0)
      return
    }
    self.postprocessing = consume steps
    // More rows than those of a block come at the end of an utterance, and where a frame is longer than a block.
    extracted = .allocate(capacity: (Self.blockFrames + length / shift + 2) * plan.channels)
  }

  deinit { extracted.deallocate() }

  func maximumFrames(accepting samples: Int) -> Int {
    outputFrames(accepting: extractor.frames(afterAccepting: samples))
  }

  var maximumFinishFrames: Int {
    let frames = extractor.frames(afterAccepting: 0, finishing: true)
    return outputFrames(accepting: frames) + (postprocessing?.maximumFinishFrames ?? 0)
  }

  func accept(_ samples: UnsafeBufferPointer<Int16>, into rows: UnsafeMutableBufferPointer<Float>) -> Int {
    guard postprocessing != nil else { return extractor.accept(samples, into: rows) }
    return acceptBlocks(count: samples.count, into: rows) { range, extracted in
      extractor.accept(UnsafeBufferPointer(rebasing: samples[range]), into: extracted)
    }
  }

  func accept(_ samples: UnsafeBufferPointer<Float>, into rows: UnsafeMutableBufferPointer<Float>) -> Int {
    guard postprocessing != nil else { return extractor.accept(samples, into: rows) }
    return acceptBlocks(count: samples.count, into: rows) { range, extracted in
      extractor.accept(UnsafeBufferPointer(rebasing: samples[range]), into: extracted)
    }
  }

  func finish(into rows: UnsafeMutableBufferPointer<Float>) -> Int {
    guard postprocessing != nil else { return extractor.finish(into: rows) }
    let written = pass(extractor.finish(into: extracted), into: rows)
    return written + (postprocessing?.finish(into: rest(of: rows, after: written)) ?? 0)
  }

  func reset(utterance: String) {
    extractor.reset(utteranceKey: DitherKey.hash(of: utterance))
    postprocessing?.reset()
  }

  // MARK: Steps

  private func outputFrames(accepting frames: Int) -> Int {
    postprocessing?.maximumOutputFrames(accepting: frames) ?? frames
  }

  @inline(__always)
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

  /// Passes extracted rows through the steps.
  private func pass(_ frames: Int, into rows: UnsafeMutableBufferPointer<Float>) -> Int {
    let extracted = UnsafeBufferPointer(rebasing: extracted[..<(frames * extractor.channels)])
    return postprocessing?.accept(extracted, into: rows) ?? 0
  }

  private func rest(
    of rows: UnsafeMutableBufferPointer<Float>, after frames: Int
  ) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(rebasing: rows[(frames * channels)...])
  }
}
