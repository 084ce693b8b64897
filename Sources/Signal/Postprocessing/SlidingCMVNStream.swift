import Foundations

/// The window of the statistics of sliding mean and variance normalization.
package struct SlidingCMVNOptions: Sendable, Equatable {
  /// The number of frames in the window; one more if the window is not centered, as in Kaldi.
  package var window: Int

  /// The minimum number of frames in the first windows, which adds latency only at the start; unused if
  /// centered.
  package var minimumWindow: Int

  /// Whether the window reaches as far ahead as back.
  package var isCentered: Bool

  /// Whether rows are also divided by the standard deviation.
  package var normalizesVariance: Bool

  package init(
    window: Int = 600, minimumWindow: Int = 100, isCentered: Bool = false, normalizesVariance: Bool = false
  ) {
    self.window = window
    self.minimumWindow = minimumWindow
    self.isCentered = isCentered
    self.normalizesVariance = normalizesVariance
  }

  /// The latency in frames once the window is full.
  package var latencyFrames: Int { isCentered ? window - window / 2 - 1 : 0 }

  /// The latency of the first frame in frames.
  package var initialLatencyFrames: Int { (isCentered ? window : minimumWindow) - 1 }

  /// The window of frame t in an utterance that does not end before it.
  ///
  /// If not centered, it is `[t − window, t + 1)`, hence `window + 1` frames once full, and at least
  /// ``minimumWindow`` at the start. If centered, it is `[t − window / 2, t − window / 2 + window)`, moved
  /// right to start at 0.
  func bounds(ofFrame frame: Int) -> Range<Int> {
    guard isCentered else { return max(0, frame - window)..<max(frame + 1, minimumWindow) }
    let start = max(0, frame - window / 2)
    return start..<(start + window)
  }

  /// The window of a frame in an utterance of `frames` frames: moved left to end there, and cut at 0.
  func bounds(ofFrame frame: Int, frames: Int) -> Range<Int> {
    let bounds = bounds(ofFrame: frame)
    guard bounds.upperBound > frames else { return bounds }
    return max(0, bounds.lowerBound - (bounds.upperBound - frames))..<frames
  }
}

/// Mean and optionally variance normalization over a sliding window, y = x − Σx / n.
///
/// With variance, y is multiplied by max(Σx² / n − (Σx / n)², 1e-10)^(−1/2), and a window of one frame gives
/// zeros. Sums are kept in double precision and updated row by row in time order, so chunking does not change
/// the bits.
///
/// Source: Kaldi, `apply-cmvn-sliding`, including its quirks.
package struct SlidingCMVNStream: PostprocessingStep, Sendable {
  /// The minimum variance.
  package static let varianceFloor = 1e-10

  package let options: SlidingCMVNOptions
  package let inputChannels: Int

  /// The rows still needed, row t at `t % ringFrames`.
  private var ring: [Float]
  private let ringFrames: Int
  private var sums: [Double]
  private var squaredSums: [Double]
  /// The frames that the sums cover.
  private var covered = 0..<0
  private var receivedFrames = 0
  private var emittedFrames = 0
  private var hasFinished = false

  /// - Precondition: `window > 0`, `minimumWindow > 0`, `channels > 0`.
  package init(options: SlidingCMVNOptions, channels: Int) {
    precondition(options.window > 0 && options.minimumWindow > 0 && channels > 0)
    self.options = options
    inputChannels = channels
    ringFrames = Self.ringFrames(options)
    ring = [Float](repeating: 0, count: ringFrames * channels)
    sums = [Double](repeating: 0, count: channels)
    squaredSums = [Double](repeating: 0, count: channels)
  }

  /// The size of the ring: the window, and one row before it that is yet to be subtracted from the sums.
  static func ringFrames(_ options: SlidingCMVNOptions) -> Int {
    options.isCentered ? options.window + 2 : max(options.window + 2, options.minimumWindow + 1)
  }

  package var outputChannels: Int { inputChannels }
  package var latencyFrames: Int { options.latencyFrames }
  package var initialLatencyFrames: Int { options.initialLatencyFrames }
  package func maximumFinishFrames(accepting frames: Int) -> Int { initialLatencyFrames }

  package func maximumFrames(accepting frames: Int) -> Int {
    frames == 0 ? 0 : frames + initialLatencyFrames
  }

  package mutating func accept(
    _ rows: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    precondition(!hasFinished, "finished without reset")
    let (frames, channels) = (frameCount(of: rows), inputChannels)
    guard let source = rows.baseAddress else { return 0 }
    var written = 0
    for frame in 0..<frames {
      let slot = receivedFrames % ringFrames * channels
      ring.withUnsafeMutableBufferPointer { ring in
        guard let base = ring.baseAddress else { return }
        (base + slot).update(from: source + frame * channels, count: channels)
      }
      receivedFrames += 1
      while emittedFrames < receivedFrames {
        let bounds = options.bounds(ofFrame: emittedFrames)
        guard bounds.upperBound <= receivedFrames else { break }
        emit(over: bounds, at: written, of: output)
        written += 1
      }
    }
    return written
  }

  package mutating func finish(into output: UnsafeMutableBufferPointer<Float>) -> Int {
    precondition(!hasFinished, "finished without reset")
    hasFinished = true
    var written = 0
    while emittedFrames < receivedFrames {
      emit(
        over: options.bounds(ofFrame: emittedFrames, frames: receivedFrames), at: written, of: output)
      written += 1
    }
    return written
  }

  package mutating func reset() {
    covered = 0..<0
    receivedFrames = 0
    emittedFrames = 0
    hasFinished = false
    for channel in 0..<inputChannels {
      sums[channel] = 0
      squaredSums[channel] = 0
    }
  }

  /// Moves the sums to `bounds` and writes the normalized row of the next frame.
  private mutating func emit(
    over bounds: Range<Int>, at row: Int, of output: UnsafeMutableBufferPointer<Float>
  ) {
    // Rows are subtracted before others are added, as in Kaldi.
    for frame in covered.lowerBound..<bounds.lowerBound { change(by: -1, frame) }
    for frame in covered.upperBound..<bounds.upperBound { change(by: 1, frame) }
    covered = bounds

    let channels = inputChannels
    precondition(output.count >= (row + 1) * channels, "no room for the rows")
    guard let output = output.baseAddress else { return }
    let slot = emittedFrames % ringFrames * channels
    ring.withUnsafeBufferPointer { ring in
      sums.withUnsafeBufferPointer { sums in
        squaredSums.withUnsafeBufferPointer { squaredSums in
          guard let ring = ring.baseAddress, let sums = sums.baseAddress,
            let squaredSums = squaredSums.baseAddress
          else { return }
          Self.normalize(
            ring + slot, sums, options.normalizesVariance ? squaredSums : nil, frames: bounds.count,
            channels: channels, to: output + row * channels)
        }
      }
    }
    emittedFrames += 1
  }

  /// Writes a row minus the mean, divided by the standard deviation if `squaredSums` is not nil.
  private static func normalize(
    _ row: UnsafePointer<Float>, _ sums: UnsafePointer<Double>, _ squaredSums: UnsafePointer<Double>?,
    frames: Int, channels: Int, to output: UnsafeMutablePointer<Float>
  ) {
    let reciprocal = 1 / Double(frames)
    guard let squaredSums else {
      for channel in 0..<channels {
        output[channel] = Float(Double(row[channel]) - reciprocal * sums[channel])
      }
      return
    }
    guard frames > 1 else { return output.update(repeating: 0, count: channels) }
    for channel in 0..<channels {
      let mean = reciprocal * sums[channel]
      let variance = max(reciprocal * squaredSums[channel] - mean * mean, varianceFloor)
      output[channel] = Float((Double(row[channel]) - mean) / variance.squareRoot())
    }
  }

  /// Adds a row to the sums, or subtracts it.
  private mutating func change(by sign: Double, _ frame: Int) {
    let (slot, channels) = (frame % ringFrames * inputChannels, inputChannels)
    ring.withUnsafeBufferPointer { ring in
      guard let row = ring.baseAddress.map({ $0 + slot }) else { return }
      sums.withUnsafeMutableBufferPointer { sums in
        guard let sums = sums.baseAddress else { return }
        for channel in 0..<channels { sums[channel] += sign * Double(row[channel]) }
      }
      guard options.normalizesVariance else { return }
      squaredSums.withUnsafeMutableBufferPointer { squaredSums in
        guard let squaredSums = squaredSums.baseAddress else { return }
        for channel in 0..<channels {
          let value = Double(row[channel])
          squaredSums[channel] += sign * (value * value)
        }
      }
    }
  }
}
