package import DataManifests

/// The label of each frame of an utterance: the phone whose samples `[start, end)` contain the frame's
/// center.
///
/// The center of frame t is firstSample + t · frameShift + ⌊frameLength / 2⌋. Frames past the last label are
/// the set's first silence; frames in a gap, before the first label, and of phones that the folding deletes
/// are −1. Labels are stored as runs.
package struct FrameLabels: Sendable {
  /// The label of frames that are used neither for training nor for scoring.
  package static let unlabeled: Int32 = PhoneSet.noClass

  private struct Run {
    var end: Int
    var label: Int32
  }

  /// Consecutive runs from sample 0; frames past the last one are `beyond`.
  private let runs: [Run]
  private let beyond: Int32
  private let centerOfFrameZero: Int
  private let frameShift: Int

  /// Makes the labels of a track.
  ///
  /// - Parameters:
  ///   - firstSample: the first sample of frame 0: 0 if edges are snipped, else ⌊frameShift / 2⌋ −
  ///     ⌊frameLength / 2⌋.
  ///   - frameLength: N, in samples.
  ///   - frameShift: in samples, at least 1.
  package init(
    _ track: PhoneTrack, folding: Folding, firstSample: Int = 0, frameLength: Int, frameShift: Int
  ) {
    precondition(frameShift >= 1 && frameLength >= 1, "a frame without samples")
    let classes = folding.classOfPhone
    var runs: [Run] = []
    runs.reserveCapacity(track.intervals.count + 1)
    var position = 0
    for interval in track.intervals {
      if interval.start > position { runs.append(Run(end: interval.start, label: Self.unlabeled)) }
      runs.append(Run(end: interval.end, label: classes[Int(interval.phone)]))
      position = interval.end
    }
    if track.end > position { runs.append(Run(end: track.end, label: Self.unlabeled)) }
    self.runs = runs
    beyond = folding.silence
    centerOfFrameZero = firstSample + frameLength / 2
    self.frameShift = frameShift
  }

  /// Writes the labels of frames `first..<first + labels.count`.
  package func write(from first: Int, into labels: UnsafeMutableBufferPointer<Int32>) {
    var run = self.run(holding: centerOfFrameZero + first * frameShift)
    for index in labels.indices {
      let sample = centerOfFrameZero + (first + index) * frameShift
      while run < runs.count, runs[run].end <= sample { run += 1 }
      labels[index] = run < runs.count ? (sample < 0 ? Self.unlabeled : runs[run].label) : beyond
    }
  }

  /// The labels of frames `first..<first + count`.
  package func labels(from first: Int = 0, count: Int) -> [Int32] {
    [Int32](unsafeUninitializedCapacity: count) { buffer, filled in
      write(from: first, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      filled = count
    }
  }

  /// The label of one frame.
  package func label(ofFrame frame: Int) -> Int32 { labels(from: frame, count: 1)[0] }

  /// The first run that ends past `sample`.
  private func run(holding sample: Int) -> Int {
    var low = 0
    var high = runs.count
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].end <= sample { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
