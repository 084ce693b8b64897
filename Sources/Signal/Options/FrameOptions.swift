/// How a signal is cut into frames and what is done to each before the transform.
///
/// N = ⌊rate · 0.001 · length⌋ samples a frame, S = ⌊rate · 0.001 · shift⌋ samples from frame to frame, and P points
/// in the transform: the next power of two from N on, or N itself. Defaults are Kaldi's except for `dither`.
///
/// Source: Kaldi, `FrameExtractionOptions`.
package struct FrameOptions: Codable, Equatable, Hashable, Sendable {
  /// Samples a second; audio of another rate is the caller's to refuse.
  package var sampleRateHertz: Int = 16_000
  /// Length of a frame.
  package var frameLengthMilliseconds: Double = 25
  /// Distance from the start of one frame to that of the next.
  package var frameShiftMilliseconds: Double = 10
  /// The taper of a frame.
  package var window: WindowFunction = .povey
  /// c in x[i] − c·x[i−1], within each frame; the first sample is its own predecessor.
  package var preemphasis: Double = 0.97
  /// Standard deviation of the normal noise that is added to each sample of each frame; 0 is none.
  package var dither: Double = 0
  /// Seed of the dither.
  package var seed: UInt64 = 1
  /// Subtracts a frame's mean.
  package var removesDCOffset: Bool = true
  /// Only frames that lie inside the signal; otherwise ⌊(n + S/2) / S⌋ frames, the signal reflected at its ends.
  package var snipsEdges: Bool = true
  /// Pads a frame with zeros to the next power of two; otherwise the transform has N points and N must be even.
  package var roundsToPowerOfTwo: Bool = true

  /// Kaldi's options but without dither.
  package init() {}

  /// The longest frame that is accepted, in samples.
  package static let maximumFrameLength = 1 << 16

  /// N, samples a frame.
  package var frameLength: Int { samples(frameLengthMilliseconds) }

  /// S, samples from frame to frame.
  package var frameShift: Int { samples(frameShiftMilliseconds) }

  /// P, points of the transform.
  package var transformSize: Int {
    guard roundsToPowerOfTwo else { return frameLength }
    var size = 1
    while size < frameLength { size *= 2 }
    return size
  }

  /// Half the sample rate.
  package var nyquistHertz: Double { Double(sampleRateHertz) / 2 }

  /// Checks every field.
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

  // Kaldi multiplies in this order and drops the fraction.
  private func samples(_ milliseconds: Double) -> Int {
    Int(exactly: (Double(sampleRateHertz) * 0.001 * milliseconds).rounded(.towardZero)) ?? 0
  }
}

/// Throws unless `value` lies in `allowed`; not-a-number never does.
func check(_ option: String, _ value: Double, _ allowed: ClosedRange<Double>) throws(SignalError) {
  guard allowed.contains(value) else {
    throw .optionOutOfRange(option: option, value: value, allowed: allowed)
  }
}
