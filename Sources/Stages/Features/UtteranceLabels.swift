package import Corpus
package import DataManifests
package import FrontEnds

/// The labels of the rows of an utterance, subsampled as the rows are.
package struct UtteranceLabels: Sendable {
  private let labels: FrameLabels
  private let timing: FrameTiming

  /// - Parameter rate: the sample rate that the track counts in, if not that of the rows.
  package init(_ track: PhoneTrack, rate: Int? = nil, folding: Folding, timing: FrameTiming) {
    self.timing = timing
    labels = FrameLabels(
      track.converted(from: rate ?? timing.sampleRateHertz, to: timing.sampleRateHertz), folding: folding,
      firstSample: timing.centerSample(ofRow: 0) - timing.frameLengthSamples / 2,
      frameLength: timing.frameLengthSamples, frameShift: timing.frameShiftSamples)
  }

  /// Writes the labels of rows `first..<first + target.count`.
  func write(from first: Int, into target: UnsafeMutableBufferPointer<Int32>) {
    let origin = timing.centerSample(ofRow: 0)
    guard timing.centerSample(ofRow: 1) - origin != timing.frameShiftSamples else {
      return labels.write(from: first, into: target)
    }
    for index in target.indices {
      target[index] = labels.label(
        ofFrame: (timing.centerSample(ofRow: first + index) - origin) / timing.frameShiftSamples)
    }
  }

  /// The labels of some rows.
  package func labels(ofRows rows: Range<Int>) -> [Int32] {
    guard !rows.isEmpty else { return [] }
    return [Int32](unsafeUninitializedCapacity: rows.count) { buffer, filled in
      write(from: rows.lowerBound, into: UnsafeMutableBufferPointer(rebasing: buffer[..<rows.count]))
      filled = rows.count
    }
  }
}
