/// The postprocessing of rows, in this order: deltas, splicing, subsampling, sliding normalization.
package struct PostprocessingOptions: Sendable, Equatable {
  /// The maximum number of channels after all steps.
  package static let maximumChannels = 1 << 20

  /// The maximum number of values held by the windows of all steps (1 GiB).
  package static let maximumHeldValues = 1 << 28

  package var deltas: DeltaOptions
  package var splice: SpliceOptions
  package var subsample: SubsampleOptions

  /// Sliding normalization, or nil.
  package var sliding: SlidingCMVNOptions?

  /// Options that leave rows unchanged by default.
  package init(
    deltas: DeltaOptions = DeltaOptions(order: 0), splice: SpliceOptions = SpliceOptions(left: 0, right: 0),
    subsample: SubsampleOptions = SubsampleOptions(), sliding: SlidingCMVNOptions? = nil
  ) {
    self.deltas = deltas
    self.splice = splice
    self.subsample = subsample
    self.sliding = sliding
  }

  /// Checks all options.
  ///
  /// - Parameter channels: The number of input channels, positive.
  /// - Returns: The number of output channels.
  /// - Throws: ``PostprocessingError``.
  @discardableResult
  package func validate(channels: Int) throws(PostprocessingError) -> Int {
    try check(.deltaOrder, deltas.order, 0...999)
    try check(.deltaWindow, deltas.window, 1...999)
    try check(.spliceLeft, splice.left, 0...100_000)
    try check(.spliceRight, splice.right, 0...100_000)
    try check(.subsampleFactor, subsample.factor, -100_000...100_000)
    guard subsample.factor != 0 else {
      throw .optionOutOfRange(option: .subsampleFactor, found: 0, allowed: 1...100_000)
    }
    try check(.subsampleOffset, subsample.offset, 0...Int(Int32.max))
    guard subsample.factor > 0 || subsample.offset == 0 else {
      throw .offsetWithRepetition(factor: subsample.factor, offset: subsample.offset)
    }
    if let sliding {
      try check(.slidingWindow, sliding.window, 1...10_000_000)
      try check(.slidingMinimumWindow, sliding.minimumWindow, 1...10_000_000)
    }

    // The ranges above keep these products far from overflow.
    let maximum = Self.maximumChannels
    guard channels <= maximum else { throw .tooLarge(channels: channels, allowed: maximum) }
    let afterDeltas = channels * (deltas.order + 1)
    guard afterDeltas <= maximum else { throw .tooLarge(channels: afterDeltas, allowed: maximum) }
    let spliceFrames = splice.left + 1 + splice.right
    let afterSplice = afterDeltas * spliceFrames
    guard afterSplice <= maximum else { throw .tooLarge(channels: afterSplice, allowed: maximum) }
    let block = PostprocessingStream.blockFrames
    let reach = deltas.order * deltas.window
    let windows = channels * (2 * reach + 1) + afterDeltas * spliceFrames
    let between =
      afterDeltas * max(block, reach)
      + afterSplice * (max(block, splice.right) + block * max(1, -subsample.factor))
    let held = windows + between + afterSplice * (sliding.map(SlidingCMVNStream.ringFrames) ?? 0)
    guard held <= Self.maximumHeldValues else {
      throw .tooLarge(channels: held, allowed: Self.maximumHeldValues)
    }
    return afterSplice
  }

  private func check(
    _ option: PostprocessingOption, _ found: Int, _ allowed: ClosedRange<Int>
  ) throws(PostprocessingError) {
    guard allowed.contains(found) else {
      throw .optionOutOfRange(option: option, found: found, allowed: allowed)
    }
  }

  /// The number of output rows for an utterance of `frames` rows.
  package func frameCount(of frames: Int) -> Int { subsample.frameCount(of: frames) }

  /// The maximum number of output rows for `frames` consecutive rows of an utterance.
  package func maximumFrameCount(of frames: Int) -> Int {
    SubsampleOptions(factor: subsample.factor).frameCount(of: frames)
  }

  /// The input frame that corresponds to output frame `frame`.
  package func inputFrame(ofOutput frame: Int) -> Int { subsample.inputFrame(ofOutput: frame) }

  /// The latency in input frames after the start.
  package var latencyFrames: Int { latencyFrames(sliding: \.latencyFrames) }

  /// The latency of the first output frame in input frames.
  package var initialLatencyFrames: Int { latencyFrames(sliding: \.initialLatencyFrames) }

  private func latencyFrames(sliding latency: KeyPath<SlidingCMVNOptions, Int>) -> Int {
    let context = deltas.order * deltas.window + splice.right
    guard let rows = sliding?[keyPath: latency] else { return context }
    // One row after subsampling is `factor` frames, or a fraction of one.
    let factor = subsample.factor
    return context + (factor > 0 ? rows * factor : (rows + -factor - 1) / -factor)
  }
}
