import Signal

/// The last frames, over which a running level or mean is taken.
struct RunningWindow: Sendable {
  /// The most frames of a window.
  static let maximumFrames = 1_000_000

  let frames: Int
  /// Frames that the first windows have at least: those of a second.
  let leastFrames: Int

  init(_ configuration: FeatureConfiguration) throws(FrontEndError) {
    let shift = configuration.frame.frameShiftMilliseconds
    func count(_ seconds: Double) -> Double { max(1, (1000 * seconds / shift).rounded()) }
    let frames = count(configuration[LevelNormalization.window])
    guard frames <= Double(Self.maximumFrames) else {
      throw .tooLarge(values: Int(min(frames, 1e15)), allowed: Self.maximumFrames)
    }
    self.frames = Int(frames)
    leastFrames = Int(min(frames, count(1)))
  }
}
