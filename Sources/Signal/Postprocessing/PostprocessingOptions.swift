/// What is done to the rows of an extractor, in this order: deltas, splicing, subsampling, sliding
/// normalisation.
package struct PostprocessingOptions: Sendable, Equatable {
  /// The most channels a row may have after all steps.
  package static let maximumChannels = 1 << 20

  /// The most values that the windows of all steps may hold together (1 GiB).
  package static let maximumHeldValues = 1 << 28

  package var deltas: DeltaOptions
  package var splice: SpliceOptions
  package var subsample: SubsampleOptions

  /// Nil when rows are not normalised as they pass.
  package var sliding: SlidingCMVNOptions?

  /// By default rows pass as they are.
  package init(
    deltas: DeltaOptions = DeltaOptions(order: 0), splice: SpliceOptions = SpliceOptions(left: 0, right: 0),
    subsample: SubsampleOptions = SubsampleOptions(), sliding: SlidingCMVNOptions? = nil
  ) {
    self.deltas = deltas
    self.splice = splice
    self.subsample = subsample
    self.sliding = sliding
  }

  /// Checks options from outside; ``PostprocessingStream`` takes no others.
  ///
  /// - Parameter channels: the width of the rows that come in, positive.
  /// - Returns: The width of the rows that go out.
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

  /// The number of rows that come out for `frames` rows in.
  package func frameCount(of frames: Int) -> Int { subsample.frameCount(of: frames) }

  /// The most rows that come out for `frames` consecutive rows anywhere in an utterance.
  package func maximumFrameCount(of frames: Int) -> Int {
    SubsampleOptions(factor: subsample.factor).frameCount(of: frames)
  }

  /// The input frame that output frame `frame` stands for.
  package func inputFrame(ofOutput frame: Int) -> Int { subsample.inputFrame(ofOutput: frame) }

  /// Input frames after its own for which an output frame waits, once under way.
  package var latencyFrames: Int { latencyFrames(sliding: \.latencyFrames) }

  /// Input frames after its own for which the first output frame waits.
  package var initialLatencyFrames: Int { latencyFrames(sliding: \.initialLatencyFrames) }

  private func latencyFrames(sliding latency: KeyPath<SlidingCMVNOptions, Int>) -> Int {
    let context = deltas.order * deltas.window + splice.right
    guard let rows = sliding?[keyPath: latency] else { return context }
    // A row of the normaliser is `factor` frames, or a part of one.
    let factor = subsample.factor
    return context + (factor > 0 ? rows * factor : (rows + -factor - 1) / -factor)
  }
}
