/// A piecewise linear warp of the frequency axis that fixes the ends of the mel range.
///
/// With the warp w and the knees L = low · max(1, w) and H = high · min(1, w), it is f/w between L and H, and
/// linear from there to the ends of the range.
///
/// Source: Kaldi, `MelBanks::VtlnWarpFreq`.
struct VocalTractLengthWarp {
  private let low, high, warp, lowKnee, highKnee: Double

  init(_ options: MelOptions, nyquistHertz: Double) {
    low = options.lowFrequencyHertz
    high = options.resolvedHighFrequencyHertz(nyquistHertz: nyquistHertz)
    warp = options.vtlnWarp
    lowKnee = options.vtlnLowHertz * max(1, warp)
    highKnee = options.resolvedVTLNHighHertz(nyquistHertz: nyquistHertz) * min(1, warp)
  }

  func warp(_ hertz: Double) -> Double {
    if warp == 1 || hertz < low || hertz > high { return hertz }
    if hertz < lowKnee { return low + (lowKnee / warp - low) / (lowKnee - low) * (hertz - low) }
    if hertz < highKnee { return hertz / warp }
    return high + (high - highKnee / warp) / (high - highKnee) * (hertz - high)
  }
}
