import Foundations
import Signal
import TestSupport

/// Feature rows, `[frames, channels]`.
struct Rows: Equatable, CustomStringConvertible {
  var channels: Int
  var values: [Float]

  init(channels: Int, values: [Float] = []) {
    self.channels = channels
    self.values = values
  }

  /// Rows of one channel.
  init(_ values: [Float]) { self.init(channels: 1, values: values) }

  /// Values within ±10, drawn from a seed.
  init(frames: Int, channels: Int, using generator: inout SplitMix64) {
    self.init(
      channels: channels,
      values: (0..<(frames * channels)).map { _ in Float.random(in: -10...10, using: &generator) })
  }

  var frames: Int { values.count / channels }
  subscript(frame: Int, channel: Int) -> Float { values[frame * channels + channel] }
  var description: String { "[\(frames), \(channels)] \(values.prefix(40))" }

  /// Whether all bits are equal: unlike `==`, it distinguishes 0 from −0, and NaN equals itself.
  func hasSameBits(as other: Rows) -> Bool {
    channels == other.channels && values.map(\.bitPattern) == other.values.map(\.bitPattern)
  }

  /// The largest difference from double precision values of the same shape, relative to max(1, |value|).
  func largestError(to reference: [Double]) -> Double {
    guard reference.count == values.count else { return .infinity }
    return zip(values, reference).map { abs(Double($0) - $1) / max(1, abs($1)) }.max() ?? 0
  }
}

/// The sizes of random parts of a number of frames, some of them empty.
func randomParts(of frames: Int, using generator: inout SplitMix64) -> [Int] {
  let largest = [1, 2, 7, 65, 300].randomElement(using: &generator) ?? 1
  var parts: [Int] = []
  var rest = frames
  while rest > 0 {
    let part = min(rest, Int.random(in: 0...largest, using: &generator))
    parts.append(part)
    rest -= part
  }
  return parts
}

/// Runs rows through a stream in parts, and checks that no call writes more rows than announced.
func run(_ stream: inout some PostprocessingStep, _ rows: Rows, parts: [Int]) -> Rows {
  var result = Rows(channels: stream.outputChannels)
  var start = 0
  for part in parts {
    let end = start + part * rows.channels
    let capacity = stream.maximumFrames(accepting: part) * stream.outputChannels
    result.values += Array(rows.values[start..<end]).withUnsafeBufferPointer { input in
      gather(capacity: capacity, channels: stream.outputChannels) { stream.accept(input, into: $0) }
    }
    start = end
  }
  result.values += gather(
    capacity: stream.maximumFinishFrames * stream.outputChannels, channels: stream.outputChannels
  ) { stream.finish(into: $0) }
  return result
}

/// Runs rows through the whole chain in parts, and checks that no call writes more rows than announced.
func run(_ stream: inout PostprocessingStream, _ rows: Rows, parts: [Int]) -> Rows {
  let channels = stream.outputChannels
  var values: [Float] = []
  var start = 0
  for part in parts {
    let end = start + part * rows.channels
    var buffer = [Float](repeating: .nan, count: stream.maximumFrames(accepting: part) * channels)
    let frames = Array(rows.values[start..<end]).withUnsafeBufferPointer { input in
      buffer.withUnsafeMutableBufferPointer { stream.accept(input, into: $0) }
    }
    values += buffer.prefix(frames * channels)
    start = end
  }
  var buffer = [Float](repeating: .nan, count: stream.maximumFinishFrames * channels)
  let frames = buffer.withUnsafeMutableBufferPointer { stream.finish(into: $0) }
  return Rows(channels: channels, values: values + buffer.prefix(frames * channels))
}

private func gather(
  capacity: Int, channels: Int, _ body: (UnsafeMutableBufferPointer<Float>) -> Int
) -> [Float] {
  var buffer = [Float](repeating: .nan, count: capacity)
  let frames = buffer.withUnsafeMutableBufferPointer { body($0) }
  return Array(buffer.prefix(frames * channels))
}
