import Foundations
import Signal

/// A front end less the mean of each channel over all frames of the utterance.
struct CenteredFrontEnd: FrontEnd {
  let summary: String
  private let base: any FrontEnd

  /// - Parameter description: what is computed, the mean included.
  init(_ base: any FrontEnd, description: String) {
    self.base = base
    summary = "\(description); \(base.channels) \(Plural.noun("channel", for: base.channels))"
  }

  var channels: Int { base.channels }
  var timing: FrameTiming { base.timing }
  var latencyFrames: Int { base.latencyFrames }
  var initialLatencyFrames: Int { base.initialLatencyFrames }
  var fingerprint: ArithmeticFingerprint { base.fingerprint }
  var measuring: [any FrontEnd] { base.measuring + [base] }

  func maximumFrames(ofBlock samples: Int) -> Int { base.maximumFrames(ofBlock: samples) }

  func makeStream(utterance: String) -> any FrontEndStream {
    CenteredFrontEndStream(base.makeStream(utterance: utterance), passes: base.measuring.count)
  }
}

/// The state of a ``CenteredFrontEnd`` within one utterance; until its means are set they are 0.
private final class CenteredFrontEndStream: FrontEndStream {
  private let base: any FrontEndStream
  /// Passes before the one that finds the means.
  private let passes: Int
  private let means: AlignedBuffer<Float>

  init(_ base: any FrontEndStream, passes: Int) {
    self.base = base
    self.passes = passes
    means = AlignedBuffer<Float>(count: base.outputChannels)
  }

  var outputChannels: Int { base.outputChannels }

  func maximumFrames(accepting samples: Int) -> Int { base.maximumFrames(accepting: samples) }

  func maximumFinishFrames(accepting samples: Int) -> Int { base.maximumFinishFrames(accepting: samples) }

  func set(_ measures: UtteranceMeasures) {
    base.set(measures)
    guard measures.means.count > passes else { return }
    for (channel, mean) in measures.means[passes].enumerated() { means.base[channel] = Float(mean) }
  }

  func accept(_ samples: UnsafeBufferPointer<Int16>, into rows: UnsafeMutableBufferPointer<Float>) -> Int {
    center(base.accept(samples, into: rows), rows)
  }

  func accept(_ samples: UnsafeBufferPointer<Float>, into rows: UnsafeMutableBufferPointer<Float>) -> Int {
    center(base.accept(samples, into: rows), rows)
  }

  func finish(into rows: UnsafeMutableBufferPointer<Float>) -> Int {
    center(base.finish(into: rows), rows)
  }

  func reset(utterance: String) {
    base.reset(utterance: utterance)
    means.base.update(repeating: 0, count: outputChannels)
  }

  private func center(_ frames: Int, _ rows: UnsafeMutableBufferPointer<Float>) -> Int {
    guard let base = rows.baseAddress else { return frames }
    for frame in 0..<frames {
      let row = base + frame * outputChannels
      for channel in 0..<outputChannels { row[channel] -= means.base[channel] }
    }
    return frames
  }
}
