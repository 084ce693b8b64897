extension FrameOptions {
  /// The number of frames in a signal of `sampleCount` samples.
  ///
  /// With snipped edges it is 0 if n < N, else 1 + (n − N) div S. Otherwise it is (n + S div 2) div S,
  /// without the frames whose last sample is still missing if the signal is not `finished`.
  ///
  /// Source: Kaldi, `NumFrames`.
  package func frameCount(sampleCount n: Int, finished: Bool = true) -> Int {
    let length = frameLength
    let shift = frameShift
    guard n > 0 else { return 0 }
    if snipsEdges { return n < length ? 0 : 1 + (n - length) / shift }
    if finished { return (n + shift / 2) / shift }
    // The last frame inside the signal has t S + S div 2 − N div 2 + N ≤ n.
    let room = n - length - shift / 2 + length / 2
    return room < 0 ? 0 : min(1 + room / shift, (n + shift / 2) / shift)
  }

  /// The index of a frame's first sample, which may be negative (and is then reflected) if edges are not
  /// snipped.
  package func firstSample(ofFrame frame: Int) -> Int {
    snipsEdges ? frame * frameShift : frame * frameShift + frameShift / 2 - frameLength / 2
  }

  /// The index in a signal of n samples that corresponds to any `index` by repeated reflection at both ends.
  package static func reflected(_ index: Int, sampleCount n: Int) -> Int {
    // The reflected signal has period 2n, the second half in reverse.
    let phase = ((index % (2 * n)) + 2 * n) % (2 * n)
    return phase < n ? phase : 2 * n - 1 - phase
  }
}
