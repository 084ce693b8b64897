import Foundations

/// The options of time derivatives.
package struct DeltaOptions: Sendable, Equatable {
  /// The highest order; 0 leaves rows unchanged.
  package var order: Int

  /// The number of frames on each side in the regression of one order.
  package var window: Int

  package init(order: Int = 2, window: Int = 2) {
    self.order = order
    self.window = window
  }

  /// The regression weights of each order, from order 0 (`[1]`) up.
  ///
  /// The weights of order k are those of order k − 1 convolved with `[−window ... window] / Σj²`, in single
  /// precision as in Kaldi (`DeltaFeatures`); order k reaches `k * window` frames to each side.
  package var scales: [[Float]] {
    var scales: [[Float]] = [[1]]
    var squares: Float = 0
    for j in -window...window { squares += Float(j * j) }
    let norm = Float(1 / Double(squares))
    for _ in 0..<order {
      let previous = scales[scales.count - 1]
      var current = [Float](repeating: 0, count: previous.count + 2 * window)
      for j in -window...window {
        for k in previous.indices { current[j + window + k] += Float(j) * previous[k] }
      }
      scales.append(current.map { $0 * norm })
    }
    return scales
  }
}

/// Time derivatives appended to rows: `[frames, channels]` to `[frames, channels * (order + 1)]`, order by
/// order.
///
/// Each derivative is a weighted sum over neighboring frames, in time order; the first and last frame are
/// repeated beyond the edges.
///
/// Source: Kaldi, `add-deltas`.
package struct DeltaStream: PostprocessingStep, Sendable {
  /// A nonzero weight and the index of its row in the window.
  private struct Tap {
    let row: Int
    let scale: Float
  }

  package let options: DeltaOptions
  package let inputChannels: Int
  private let taps: [[Tap]]
  private var window: ContextWindow

  /// - Precondition: `order >= 0`, `window > 0`, `channels > 0`.
  package init(options: DeltaOptions, channels: Int) {
    precondition(options.order >= 0 && options.window > 0)
    self.options = options
    inputChannels = channels
    let reach = options.order * options.window
    window = ContextWindow(channels: channels, left: reach, right: reach)
    taps = options.scales.dropFirst().map { scales in
      scales.enumerated().compactMap { index, scale in
        scale == 0 ? nil : Tap(row: reach - scales.count / 2 + index, scale: scale)
      }
    }
  }

  package var outputChannels: Int { inputChannels * (options.order + 1) }
  package var latencyFrames: Int { options.order * options.window }
  package func maximumFinishFrames(accepting frames: Int) -> Int { latencyFrames }

  package func maximumFrames(accepting frames: Int) -> Int { frames }

  package mutating func accept(
    _ rows: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    let frames = frameCount(of: rows)
    precondition(output.count >= frames * outputChannels, "no room for the rows")
    guard let target = output.baseAddress else { return 0 }
    let (taps, channels, outputChannels, reach) = (taps, inputChannels, outputChannels, latencyFrames)
    return window.accept(rows, frames: frames) { index, window in
      Self.write(taps, window, reach: reach, channels: channels, to: target + index * outputChannels)
    }
  }

  package mutating func finish(into output: UnsafeMutableBufferPointer<Float>) -> Int {
    precondition(output.count >= maximumFinishFrames * outputChannels, "no room for the rows")
    let (taps, channels, outputChannels, reach) = (taps, inputChannels, outputChannels, latencyFrames)
    let target = output.baseAddress
    return window.finish { index, window in
      guard let target else { return }
      Self.write(taps, window, reach: reach, channels: channels, to: target + index * outputChannels)
    }
  }

  package mutating func reset() { window.reset() }

  /// Writes one output row from the window of its frame.
  private static func write(
    _ taps: [[Tap]], _ window: UnsafePointer<Float>, reach: Int, channels: Int,
    to row: UnsafeMutablePointer<Float>
  ) {
    row.update(from: window + reach * channels, count: channels)
    for order in taps.indices {
      let target = row + (order + 1) * channels
      taps[order].withUnsafeBufferPointer { taps in
        // Lanes are channels: each is summed in time order, whatever the width of the vector.
        var channel = 0
        while channel + 16 <= channels {
          sum(SIMD16<Float>.self, taps, window + channel, channels, to: target + channel)
          channel += 16
        }
        while channel + 4 <= channels {
          sum(SIMD4<Float>.self, taps, window + channel, channels, to: target + channel)
          channel += 4
        }
        while channel < channels {
          var value: Float = 0
          for tap in taps { value += tap.scale * window[tap.row * channels + channel] }
          target[channel] = value
          channel += 1
        }
      }
    }
  }

  /// Computes as many channels as the vector has lanes.
  @inline(__always)
  private static func sum<Vector: SIMD<Float>>(
    _: Vector.Type, _ taps: UnsafeBufferPointer<Tap>, _ window: UnsafePointer<Float>, _ stride: Int,
    to target: UnsafeMutablePointer<Float>
  ) {
    var value = Vector.zero
    for tap in taps {
      let source = UnsafeRawPointer(window + tap.row * stride)
      value += tap.scale * source.loadUnaligned(as: Vector.self)
    }
    UnsafeMutableRawPointer(target).storeBytes(of: value, as: Vector.self)
  }
}
