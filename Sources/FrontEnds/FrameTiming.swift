package import Signal

/// The samples that the frames of a front end describe, subsampling included.
package struct FrameTiming: Sendable, Equatable {
  private let frame: FrameOptions
  private let subsample: SubsampleOptions

  package let sampleRateHertz: Int

  /// Samples in a frame.
  package let frameLengthSamples: Int

  /// Samples from the start of one frame of the extraction to that of the next.
  package let frameShiftSamples: Int

  /// - Parameter frame: valid options.
  package init(frame: FrameOptions, subsample: SubsampleOptions) {
    self.frame = frame
    self.subsample = subsample
    sampleRateHertz = frame.sampleRateHertz
    frameLengthSamples = frame.frameLength
    frameShiftSamples = frame.frameShift
  }

  /// Milliseconds from one row to the next: the frame shift times the factor of subsampling, or divided by
  /// the repetitions.
  package var rowShiftMilliseconds: Double {
    let shift = 1000 * Double(frameShiftSamples) / Double(sampleRateHertz)
    return subsample.factor > 0 ? shift * Double(subsample.factor) : shift / Double(-subsample.factor)
  }

  /// The number of rows of an utterance of `samples` samples.
  package func rowCount(samples: Int) -> Int {
    subsample.frameCount(of: frame.frameCount(sampleCount: samples))
  }

  /// The first sample of a row's frame, negative or past the end where the audio is reflected.
  package func firstSample(ofRow row: Int) -> Int {
    frame.firstSample(ofFrame: subsample.inputFrame(ofOutput: row))
  }

  /// The sample whose phone is the label of a row: the first plus half the frame's length, rounded down.
  package func centerSample(ofRow row: Int) -> Int {
    firstSample(ofRow: row) + frameLengthSamples / 2
  }
}
