import Foundations
import Glibc
import Signal

/// Gain normalization of frames: their samples times e^((L − M)/2), so that energies are times e^(L − M).
///
/// L is the level asked for; M is the level of the utterance, or the mean of the levels of the last frames,
/// the frame's own the last. Of less than a second of frames, those that are missing count as L: the gain
/// begins near 1 and never depends on frames to come.
struct GainNormalization: Sendable {
  /// The level of each frame, one channel.
  let levels: any FrontEnd
  /// L.
  let level: Double
  /// Nil for the level of the utterance.
  let window: RunningWindow?

  /// The factor on samples.
  func scale(_ found: Double) -> Float { Float(exp((level - found) / 2)) }
}

/// The mean level of the last frames.
struct RunningLevel {
  private let level: Double
  private let leastFrames: Int
  private var held: [Double]
  private var next = 0
  private var count = 0
  private var sum = 0.0

  init(_ window: RunningWindow, level: Double) {
    self.level = level
    leastFrames = window.leastFrames
    held = Array(repeating: 0, count: window.frames)
  }

  /// Takes the level of the next frame, and returns M of it.
  mutating func add(_ found: Double) -> Double {
    if count == held.count { sum -= held[next] } else { count += 1 }
    held[next] = found
    sum += found
    next = next + 1 == held.count ? 0 : next + 1
    return (sum + Double(max(0, leastFrames - count)) * level) / Double(max(count, leastFrames))
  }

  mutating func reset() { (next, count, sum) = (0, 0, 0) }
}

/// Frames of a plan whose samples have a gain: one for the utterance, or one for each frame.
final class GainedPlanStream: FrontEndStream {
  private let stream: FeatureStream
  private let gain: GainNormalization
  private let scales: FrameScales
  private let blockSamples: Int
  // Of a running gain.
  private let levels: (any FrontEndStream)?
  private let levelRows: AlignedBuffer<Float>
  private var running: RunningLevel?

  /// Frames whose levels are found before the frames themselves.
  private static let blockFrames = 64

  init(_ stream: FeatureStream, _ gain: GainNormalization, utterance: String, timing: FrameTiming) {
    self.stream = stream
    self.gain = gain
    // More frames than those of a block come at the end of an utterance, and where a frame is longer.
    let most = Self.blockFrames + timing.frameLengthSamples / timing.frameShiftSamples + 3
    let scales = FrameScales(count: gain.window == nil ? 1 : most)
    self.scales = scales
    blockSamples = Self.blockFrames * timing.frameShiftSamples
    levels = gain.window == nil ? nil : gain.levels.makeStream(utterance: utterance)
    levelRows = AlignedBuffer<Float>(count: most)
    running = gain.window.map { RunningLevel($0, level: gain.level) }
    let isConstant = gain.window == nil
    stream.frameScale = { scales.values.base[isConstant ? 0 : $0 - scales.firstFrame] }
    scales.values.base[0] = 1
  }

  var outputChannels: Int { stream.outputChannels }

  func maximumFrames(accepting samples: Int) -> Int { stream.maximumFrames(accepting: samples) }

  func maximumFinishFrames(accepting samples: Int) -> Int { stream.maximumFinishFrames(accepting: samples) }

  func set(_ measures: UtteranceMeasures) {
    guard levels == nil, let found = measures.means.first?.first else { return }
    scales.values.base[0] = gain.scale(found)
  }

  func accept(_ samples: UnsafeBufferPointer<Int16>, into rows: UnsafeMutableBufferPointer<Float>) -> Int {
    guard let levels else { return stream.accept(samples, into: rows) }
    return acceptBlocks(count: samples.count, into: rows) { range, rows in
      let block = UnsafeBufferPointer(rebasing: samples[range])
      setScales(levels.accept(block, into: levelRows.values))
      return stream.accept(block, into: rows)
    }
  }

  func accept(_ samples: UnsafeBufferPointer<Float>, into rows: UnsafeMutableBufferPointer<Float>) -> Int {
    guard let levels else { return stream.accept(samples, into: rows) }
    return acceptBlocks(count: samples.count, into: rows) { range, rows in
      let block = UnsafeBufferPointer(rebasing: samples[range])
      setScales(levels.accept(block, into: levelRows.values))
      return stream.accept(block, into: rows)
    }
  }

  func finish(into rows: UnsafeMutableBufferPointer<Float>) -> Int {
    if let levels { setScales(levels.finish(into: levelRows.values)) }
    return stream.finish(into: rows)
  }

  func reset(utterance: String) {
    stream.reset(utteranceKey: DitherKey.hash(of: utterance))
    levels?.reset(utterance: utterance)
    running?.reset()
    scales.values.base[0] = 1
  }

  private func acceptBlocks(
    count: Int, into rows: UnsafeMutableBufferPointer<Float>,
    accept: (Range<Int>, UnsafeMutableBufferPointer<Float>) -> Int
  ) -> Int {
    var (start, written) = (0, 0)
    while start < count {
      let end = min(count, start + blockSamples)
      let rest = UnsafeMutableBufferPointer(rebasing: rows[(written * outputChannels)...])
      written += accept(start..<end, rest)
      start = end
    }
    return written
  }

  /// Takes the levels of the next frames, as many as `stream` gives next.
  private func setScales(_ count: Int) {
    scales.firstFrame = stream.frameCount
    for i in 0..<count {
      let found = running?.add(Double(levelRows.base[i])) ?? 0
      scales.values.base[i] = gain.scale(found)
    }
  }
}

/// The factors of some frames.
private final class FrameScales {
  let values: AlignedBuffer<Float>
  var firstFrame = 0

  init(count: Int) { values = AlignedBuffer<Float>(count: count) }
}
