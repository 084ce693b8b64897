import Foundations

/// Deltas, splicing, subsampling and sliding normalization in sequence; a step that does nothing costs
/// nothing.
///
/// Frames pass in blocks of at most 64 frames, so the memory between
/// steps is bounded, and all of it is allocated in `init`.
package struct PostprocessingStream: PostprocessingStep, ~Copyable {
  package let options: PostprocessingOptions
  package let inputChannels: Int
  package let outputChannels: Int

  private var deltas: DeltaStream?
  private var splice: SpliceStream?
  private var subsample: SubsampleStream?
  private var sliding: SlidingCMVNStream?

  private let afterDeltas: UnsafeMutableBufferPointer<Float>
  private let afterSplice: UnsafeMutableBufferPointer<Float>
  private let afterSubsample: UnsafeMutableBufferPointer<Float>

  /// The maximum number of frames per block between steps.
  static let blockFrames = 64

  /// - Parameters:
  ///   - options: The steps to do.
  ///   - channels: The number of input channels, positive.
  /// - Throws: the errors of ``PostprocessingOptions/validate(channels:)``.
  package init(options: PostprocessingOptions, channels: Int) throws(PostprocessingError) {
    precondition(channels > 0)
    outputChannels = try options.validate(channels: channels)
    self.options = options
    inputChannels = channels
    let deltaChannels = channels * (options.deltas.order + 1)
    if options.deltas.order > 0 { deltas = DeltaStream(options: options.deltas, channels: channels) }
    if options.splice != SpliceOptions(left: 0, right: 0) {
      splice = SpliceStream(options: options.splice, channels: deltaChannels)
    }
    if options.subsample != SubsampleOptions() {
      subsample = SubsampleStream(options: options.subsample, channels: outputChannels)
    }
    if let sliding = options.sliding {
      self.sliding = SlidingCMVNStream(options: sliding, channels: outputChannels)
    }

    let block = Self.blockFrames
    let hasNextAfterSplice = subsample != nil || sliding != nil
    let hasNextAfterDeltas = splice != nil || hasNextAfterSplice
    let deltaFrames = max(block, deltas?.maximumFinishFrames ?? 0)
    let spliceFrames = max(block, splice?.maximumFinishFrames ?? 0)
    let subsampleFrames = subsample?.maximumFrames(accepting: block) ?? 0
    afterDeltas = .allocate(
      capacity: deltas != nil && hasNextAfterDeltas ? deltaFrames * deltaChannels : 0)
    afterSplice = .allocate(capacity: splice != nil && hasNextAfterSplice ? spliceFrames * outputChannels : 0)
    afterSubsample = .allocate(
      capacity: subsample != nil && sliding != nil ? subsampleFrames * outputChannels : 0)
  }

  deinit {
    afterDeltas.deallocate()
    afterSplice.deallocate()
    afterSubsample.deallocate()
  }

  package var latencyFrames: Int { options.latencyFrames }

  package var initialLatencyFrames: Int { options.initialLatencyFrames }

  package func maximumFrames(accepting frames: Int) -> Int {
    let kept = subsample?.maximumFrames(accepting: frames) ?? frames
    return sliding?.maximumFrames(accepting: kept) ?? kept
  }

  package func maximumFinishFrames(accepting frames: Int) -> Int {
    let pending = options.deltas.order * options.deltas.window + options.splice.right
    return maximumFrames(accepting: pending) + (sliding?.maximumFinishFrames ?? 0)
  }

  package mutating func accept(
    _ rows: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    precondition(rows.count.isMultiple(of: inputChannels), "an incomplete frame")
    // Each step checks the room for the rows that it writes.
    var sink = RowSink(output, channels: outputChannels)
    derive(rows, into: &sink)
    return sink.frames
  }

  package mutating func finish(into output: UnsafeMutableBufferPointer<Float>) -> Int {
    precondition(output.count >= maximumFinishFrames * outputChannels, "no room for the rows")
    var sink = RowSink(output, channels: outputChannels)
    if deltas != nil {
      // The last step writes directly to the caller's memory.
      let target = afterDeltas.count > 0 ? afterDeltas : sink.rest
      let frames = deltas?.finish(into: target) ?? 0
      if afterDeltas.count > 0 {
        let rows = UnsafeBufferPointer(rebasing: target[..<(frames * deltaChannels)])
        splice(rows, into: &sink)
      } else {
        sink.advance(frames)
      }
    }
    if splice != nil {
      let target = afterSplice.count > 0 ? afterSplice : sink.rest
      let frames = splice?.finish(into: target) ?? 0
      if afterSplice.count > 0 {
        subsample(UnsafeBufferPointer(rebasing: target[..<(frames * outputChannels)]), into: &sink)
      } else {
        sink.advance(frames)
      }
    }
    _ = subsample?.finish(into: sink.rest)
    if let frames = sliding?.finish(into: sink.rest) { sink.advance(frames) }
    return sink.frames
  }

  package mutating func reset() {
    deltas?.reset()
    splice?.reset()
    subsample?.reset()
    sliding?.reset()
  }

  // MARK: Steps

  private var deltaChannels: Int { inputChannels * (options.deltas.order + 1) }

  private mutating func derive(_ rows: UnsafeBufferPointer<Float>, into sink: inout RowSink) {
    guard deltas != nil else { return splice(rows, into: &sink) }
    guard afterDeltas.count > 0 else {
      return sink.advance(deltas?.accept(rows, into: sink.rest) ?? 0)
    }
    forEachBlock(of: rows, channels: inputChannels) { block, stream in
      let frames = stream.deltas?.accept(block, into: stream.afterDeltas) ?? 0
      let count = frames * stream.deltaChannels
      stream.splice(UnsafeBufferPointer(rebasing: stream.afterDeltas[..<count]), into: &sink)
    }
  }

  private mutating func splice(_ rows: UnsafeBufferPointer<Float>, into sink: inout RowSink) {
    guard splice != nil else { return subsample(rows, into: &sink) }
    guard afterSplice.count > 0 else {
      return sink.advance(splice?.accept(rows, into: sink.rest) ?? 0)
    }
    forEachBlock(of: rows, channels: deltaChannels) { block, stream in
      let frames = stream.splice?.accept(block, into: stream.afterSplice) ?? 0
      let count = frames * stream.outputChannels
      stream.subsample(UnsafeBufferPointer(rebasing: stream.afterSplice[..<count]), into: &sink)
    }
  }

  private mutating func subsample(_ rows: UnsafeBufferPointer<Float>, into sink: inout RowSink) {
    guard subsample != nil else { return normalize(rows, into: &sink) }
    guard afterSubsample.count > 0 else {
      return sink.advance(subsample?.accept(rows, into: sink.rest) ?? 0)
    }
    forEachBlock(of: rows, channels: outputChannels) { block, stream in
      let frames = stream.subsample?.accept(block, into: stream.afterSubsample) ?? 0
      let count = frames * stream.outputChannels
      stream.normalize(UnsafeBufferPointer(rebasing: stream.afterSubsample[..<count]), into: &sink)
    }
  }

  private mutating func normalize(_ rows: UnsafeBufferPointer<Float>, into sink: inout RowSink) {
    guard let frames = sliding?.accept(rows, into: sink.rest) else { return sink.copy(rows) }
    sink.advance(frames)
  }

  /// Cuts rows into blocks; `body` gets this stream as an argument, for exclusive access.
  private mutating func forEachBlock(
    of rows: UnsafeBufferPointer<Float>, channels: Int,
    body: (UnsafeBufferPointer<Float>, inout PostprocessingStream) -> Void
  ) {
    var start = 0
    while start < rows.count {
      let end = min(rows.count, start + Self.blockFrames * channels)
      body(UnsafeBufferPointer(rebasing: rows[start..<end]), &self)
      start = end
    }
  }
}

/// The caller's memory and the number of rows written to it.
private struct RowSink {
  private let output: UnsafeMutableBufferPointer<Float>
  private let channels: Int
  private(set) var frames = 0

  init(_ output: UnsafeMutableBufferPointer<Float>, channels: Int) {
    self.output = output
    self.channels = channels
  }

  /// The memory not yet written.
  var rest: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(rebasing: output[(frames * channels)...])
  }

  mutating func advance(_ frames: Int) { self.frames += frames }

  mutating func copy(_ rows: UnsafeBufferPointer<Float>) {
    guard let source = rows.baseAddress, !rows.isEmpty else { return }
    rest.baseAddress?.update(from: source, count: rows.count)
    frames += rows.count / channels
  }
}
