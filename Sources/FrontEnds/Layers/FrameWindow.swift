import Foundations
import Learning

/// Pointers to the frames of a segment, or of a stream; each output row reads some successive ones.
final class FrameWindow {
  typealias Frames = UnsafeMutablePointer<UnsafeMutablePointer<Float>>

  let frames: Frames
  let count: Int
  private let nowhere = AlignedBuffer<Float>(count: 1)

  init(frames count: Int) {
    self.count = count
    frames = .allocate(capacity: count)
    frames.initialize(repeating: nowhere.base, count: count)
  }

  deinit { frames.deallocate() }

  /// Points at rows of a segment, `first` and those after it, the nearest inside for those outside the
  /// utterance.
  func point(
    at matrix: Matrix, _ segment: Int, of shape: SequenceShape, from first: Int, _ valid: ValidRows
  ) {
    for i in 0..<count { frames[i] = matrix.row(segment * shape.rows + valid.nearest(to: first + i)) }
  }
}

/// A function of a window of rows over one utterance; its first and last rows are repeated before and after
/// it.
final class FrameWindowStream: LayerStream {
  let inputChannels: Int
  let outputChannels: Int
  var latencyFrames: Int? { context.right }

  private let context: FrameContext
  /// Pointers to all rows in memory: an output reads some successive ones.
  private let window: FrameWindow
  private let apply: (FrameWindow.Frames, UnsafeMutablePointer<Float>) -> Void
  // The latest rows, `held` of them, the first rows repeated before them at the start.
  private let rows: AlignedBuffer<Float>
  private let capacity: Int
  private var held = 0
  private var isEmpty = true

  /// - Parameter apply: writes the row for a window of `context.rows + 1` rows.
  init(
    inputWidth: Int, outputWidth: Int, context: FrameContext,
    apply: @escaping (FrameWindow.Frames, UnsafeMutablePointer<Float>) -> Void
  ) {
    inputChannels = inputWidth
    outputChannels = outputWidth
    self.context = context
    self.apply = apply
    // Rows are moved back only now and then.
    capacity = 4 * (context.rows + 1)
    rows = AlignedBuffer<Float>(count: capacity * inputWidth)
    window = FrameWindow(frames: capacity)
    for i in 0..<capacity { window.frames[i] = rows.base + i * inputWidth }
  }

  func maximumFrames(accepting count: Int) -> Int {
    guard count > 0 else { return 0 }
    let after = (isEmpty ? context.left : held) + count
    return max(0, after - max(context.rows, isEmpty ? 0 : held))
  }

  func maximumFinishFrames(accepting count: Int) -> Int {
    isEmpty && count == 0 ? 0 : min(context.right, count + (isEmpty ? 0 : held - context.left))
  }

  func accept(_ frames: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>) -> Int {
    let count = frameCount(of: frames)
    requireRoom(in: output, accepting: count)
    guard count > 0, let source = frames.baseAddress else { return 0 }
    var written = 0
    if isEmpty {
      isEmpty = false
      for _ in 0..<context.left { written += push(source, into: output, after: written) }
    }
    for frame in 0..<count {
      written += push(source + frame * inputChannels, into: output, after: written)
    }
    return written
  }

  func finish(into output: UnsafeMutableBufferPointer<Float>) -> Int {
    requireFinishRoom(in: output)
    var written = 0
    if !isEmpty {
      // It stays unchanged when frames are moved back to the front.
      let last = rows.base + (held - 1) * inputChannels
      for _ in 0..<context.right { written += push(last, into: output, after: written) }
    }
    held = 0
    isEmpty = true
    return written
  }

  /// Accepts a frame, and writes the one that it completes.
  private func push(
    _ frame: UnsafePointer<Float>, into output: UnsafeMutableBufferPointer<Float>, after written: Int
  ) -> Int {
    let (frames, channels) = (context.rows + 1, inputChannels)
    if held == capacity {
      rows.base.update(from: rows.base + (held - frames + 1) * channels, count: (frames - 1) * channels)
      held = frames - 1
    }
    (rows.base + held * channels).update(from: frame, count: channels)
    held += 1
    guard held >= frames, let base = output.baseAddress else { return 0 }
    apply(window.frames + held - frames, base + written * outputChannels)
    return 1
  }
}
