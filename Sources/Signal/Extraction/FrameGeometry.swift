extension FrameOptions {
  /// Frames of a signal of `sampleCount` samples, or of one that has reached so many and goes on.
  ///
  /// With snipped edges 0 if n < N, else 1 + (n − N) div S. Otherwise (n + S div 2) div S, less, unless the signal is
  /// `finished`, the frames whose last sample is not there yet. Source: Kaldi, `NumFrames`.
  package func frameCount(sampleCount n: Int, finished: Bool = true) -> Int {
    let length = frameLength
    let shift = frameShift
    guard n > 0 else { return 0 }
    if snipsEdges { return n < length ? 0 : 1 + (n - length) / shift }
    if finished { return (n + shift / 2) / shift }
    // The last frame that lies inside: t S + S div 2 − N div 2 + N ≤ n.
    let room = n - length - shift / 2 + length / 2
    return room < 0 ? 0 : min(1 + room / shift, (n + shift / 2) / shift)
  }

  /// The first sample of a frame; negative ones, with edges that are not snipped, are reflected.
  package func firstSample(ofFrame frame: Int) -> Int {
    snipsEdges ? frame * frameShift : frame * frameShift + frameShift / 2 - frameLength / 2
  }

  /// The sample of a signal of n that stands at `index` once the signal is reflected at both ends, as often as needed.
  package static func reflected(_ index: Int, sampleCount n: Int) -> Int {
    // Reflected at both ends the signal repeats after 2n samples, the second half of them backwards.
    let place = ((index % (2 * n)) + 2 * n) % (2 * n)
    return place < n ? place : 2 * n - 1 - place
  }
}
