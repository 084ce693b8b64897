/// The options of framing, and of the processing of each frame before the transform.
///
/// N = ⌊rate · 0.001 · length⌋ samples per frame, S = ⌊rate · 0.001 · shift⌋ samples from frame to frame, and
/// P points in the transform: the smallest power of two ≥ N, or N itself. Defaults are Kaldi's except for
/// `dither`.
///
/// Source: Kaldi, `FrameExtractionOptions`.
package struct FrameOptions: Codable, Equatable, Hashable, Sendable {
  /// The sample rate; the caller must reject audio of another rate.
  package var sampleRateHertz: Int = 16_000
  /// The length of a frame.
  package var frameLengthMilliseconds: Double = 25
  /// The distance from the start of one frame to that of the next.
  package var frameShiftMilliseconds: Double = 10
  /// The window function.
  package var window: WindowFunction = .povey
  /// The coefficient c in x[i] − c·x[i−1], within each frame; the first sample is its own predecessor.
  package var preemphasis: Double = 0.97
  /// The standard deviation of the normal noise added to each sample of each frame; 0 is none.
  package var dither: Double = 0
  /// The seed of the dither.
  package var seed: UInt64 = 1
  /// Subtracts the mean of a frame.
  package var removesDCOffset: Bool = true
  /// Uses only frames inside the signal; otherwise ⌊(n + S/2) / S⌋ frames, the signal being reflected at its
  /// ends.
  package var snipsEdges: Bool = true
  /// Pads a frame with zeros to a power of two; otherwise the transform has N points, and N must be even.
  package var roundsToPowerOfTwo: Bool = true

  /// Kaldi's defaults, without dither.
  package init() {}

  /// The maximum length of a frame in samples.
  package static let maximumFrameLength = 1 << 16

  /// N, the length of a frame in samples.
  package var frameLength: Int { samples(frameLengthMilliseconds) }

  /// S, the frame shift in samples.
  package var frameShift: Int { samples(frameShiftMilliseconds) }

  /// P, the number of points of the transform.
  package var transformSize: Int {
    guard roundsToPowerOfTwo else { return frameLength }
    var size = 1
    while size < frameLength { size *= 2 }
    return size
  }

  /// Half the sample rate.
  package var nyquistHertz: Double { Double(sampleRateHertz) / 2 }

  /// Checks every field.
  ///
  /// - Throws: ``SignalError``.
  package func validate() throws(SignalError) {
    try check("sampleRateHertz", Double(sampleRateHertz), 1...10_000_000)
    try check("frameLengthMilliseconds", frameLengthMilliseconds, 0...1_000_000)
    try check("frameShiftMilliseconds", frameShiftMilliseconds, 0...1_000_000)
    try check("preemphasis", preemphasis, 0...1)
    try check("dither", dither, 0...32_768)
    if case .blackman(let coefficient) = window { try check("window", coefficient, 0...1) }
    guard (2...Self.maximumFrameLength).contains(frameLength) else {
      throw .frameLengthInSamples(samples: frameLength, minimum: 2, maximum: Self.maximumFrameLength)
    }
    guard frameShift >= 1 else {
      throw .optionOutOfRange(
        option: "frameShiftMilliseconds", value: frameShiftMilliseconds,
        allowed: 1000 / Double(sampleRateHertz)...1_000_000)
    }
    guard transformSize.isMultiple(of: 2) else { throw .oddTransformSize(points: transformSize) }
  }

  // As in Kaldi: multiplied in this order and truncated.
  private func samples(_ milliseconds: Double) -> Int {
    Int(exactly: (Double(sampleRateHertz) * 0.001 * milliseconds).rounded(.towardZero)) ?? 0
  }
}

/// Requires a value within a range.
///
/// - Throws: ``SignalError`` for one that is not in `allowed`, or NaN.
func check(_ option: String, _ value: Double, _ allowed: ClosedRange<Double>) throws(SignalError) {
  guard allowed.contains(value) else {
    throw .optionOutOfRange(option: option, value: value, allowed: allowed)
  }
}
