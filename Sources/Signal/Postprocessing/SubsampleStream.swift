import Foundations

/// The options of subsampling or repetition of frames.
package struct SubsampleOptions: Sendable, Equatable {
  /// Every `factor`-th frame is kept; a negative factor repeats each frame `-factor` times; never 0.
  package var factor: Int

  /// The first frame that is kept; 0 if frames are repeated.
  package var offset: Int

  package init(factor: Int = 1, offset: Int = 0) {
    self.factor = factor
    self.offset = offset
  }

  /// The number of output rows for an utterance of `frames` rows.
  package func frameCount(of frames: Int) -> Int {
    guard factor > 0 else { return frames * -factor }
    return frames <= offset ? 0 : (frames - offset - 1) / factor + 1
  }

  /// The input frame that output frame `frame` copies.
  package func inputFrame(ofOutput frame: Int) -> Int {
    factor > 0 ? offset + frame * factor : frame / -factor
  }
}

/// Every n-th row, or each row repeated.
///
/// Source: Kaldi, `subsample-feats`.
package struct SubsampleStream: PostprocessingStep, Sendable {
  package let options: SubsampleOptions
  package let inputChannels: Int
  /// The number of rows to drop before the next one is kept.
  private var skip: Int
  private var hasFinished = false

  /// - Precondition: `factor != 0`, `offset >= 0`, no offset with a negative factor, `channels > 0`.
  package init(options: SubsampleOptions, channels: Int) {
    precondition(options.factor != 0 && options.offset >= 0 && channels > 0)
    precondition(options.factor > 0 || options.offset == 0, "repetition with an offset")
    self.options = options
    inputChannels = channels
    skip = options.offset
  }

  package var outputChannels: Int { inputChannels }
  package var latencyFrames: Int { 0 }
  package func maximumFinishFrames(accepting frames: Int) -> Int { 0 }

  package func maximumFrames(accepting frames: Int) -> Int {
    options.factor > 0 ? (frames + options.factor - 1) / options.factor : frames * -options.factor
  }

  package mutating func accept(
    _ rows: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    precondition(!hasFinished, "finished without reset")
    let (frames, channels) = (frameCount(of: rows), inputChannels)
    let written = outputFrames(accepting: frames)
    precondition(output.count >= written * channels, "no room for the rows")
    if let source = rows.baseAddress, let target = output.baseAddress {
      for row in 0..<written {
        let frame = options.factor > 0 ? skip + row * options.factor : row / -options.factor
        (target + row * channels).update(from: source + frame * channels, count: channels)
      }
    }
    if options.factor > 0 { skip += written * options.factor - frames }
    return written
  }

  /// The number of output rows for the next `frames` rows.
  private func outputFrames(accepting frames: Int) -> Int {
    guard options.factor > 0 else { return frames * -options.factor }
    return frames <= skip ? 0 : (frames - skip - 1) / options.factor + 1
  }

  package mutating func finish(into output: UnsafeMutableBufferPointer<Float>) -> Int {
    precondition(!hasFinished, "finished without reset")
    hasFinished = true
    return 0
  }

  package mutating func reset() {
    skip = options.offset
    hasFinished = false
  }
}
