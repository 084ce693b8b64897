import Foundations

/// The numbers of neighboring frames joined to each row.
package struct SpliceOptions: Sendable, Equatable {
  package var left: Int
  package var right: Int

  package init(left: Int = 4, right: Int = 4) {
    self.left = left
    self.right = right
  }
}

/// Rows joined with their neighbors in time order: `[frames, channels]` to `[frames, channels * (left + 1 +
/// right)]`.
///
/// The first and last frame are repeated beyond the edges.
///
/// Source: Kaldi, `splice-feats`.
package struct SpliceStream: PostprocessingStep, Sendable {
  package let options: SpliceOptions
  package let inputChannels: Int
  private var window: ContextWindow

  /// - Precondition: `left >= 0`, `right >= 0`, `channels > 0`.
  package init(options: SpliceOptions, channels: Int) {
    self.options = options
    inputChannels = channels
    window = ContextWindow(channels: channels, left: options.left, right: options.right)
  }

  package var outputChannels: Int { inputChannels * (options.left + 1 + options.right) }
  package var latencyFrames: Int { options.right }
  package func maximumFinishFrames(accepting frames: Int) -> Int { options.right }

  package func maximumFrames(accepting frames: Int) -> Int { frames }

  package mutating func accept(
    _ rows: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    let (frames, floats) = (frameCount(of: rows), outputChannels)
    precondition(output.count >= frames * floats, "no room for the rows")
    guard let target = output.baseAddress else { return 0 }
    return window.accept(rows, frames: frames) { index, window in
      (target + index * floats).update(from: window, count: floats)
    }
  }

  package mutating func finish(into output: UnsafeMutableBufferPointer<Float>) -> Int {
    let floats = outputChannels
    precondition(output.count >= maximumFinishFrames * floats, "no room for the rows")
    let target = output.baseAddress
    return window.finish { index, window in
      guard let target else { return }
      (target + index * floats).update(from: window, count: floats)
    }
  }

  package mutating func reset() { window.reset() }
}
