import Foundations
import Learning

/// Where frames lie: those of a segment, or the places of a stream; each output row reads some of them in a row.
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

  /// Points at rows of a segment, `first` and those after it, the nearest inside for those outside the utterance.
  func point(
    at matrix: Matrix, _ segment: Int, of shape: SequenceShape, from first: Int, _ valid: ValidRows
  ) {
    for i in 0..<count { frames[i] = matrix.row(segment * shape.rows + valid.nearest(to: first + i)) }
  }
}

/// A function of a window of rows over one utterance; its first and last rows stand for those before and after it.
final class FrameWindowStream: LayerStream {
  let inputWidth: Int
  let outputWidth: Int
  var latencyRows: Int? { context.right }

  private let context: FrameContext
  /// Of all places for rows: those of an output are some in a row.
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
    self.inputWidth = inputWidth
    self.outputWidth = outputWidth
    self.context = context
    self.apply = apply
    // Rows are moved back only now and then.
    capacity = 4 * (context.rows + 1)
    rows = AlignedBuffer<Float>(count: capacity * inputWidth)
    window = FrameWindow(frames: capacity)
    for i in 0..<capacity { window.frames[i] = rows.base + i * inputWidth }
  }

  func maximumRows(accepting count: Int) -> Int {
    guard count > 0 else { return 0 }
    let after = (isEmpty ? context.left : held) + count
    return max(0, after - max(context.rows, isEmpty ? 0 : held))
  }

  func maximumFinishRows(accepting count: Int) -> Int {
    isEmpty && count == 0 ? 0 : min(context.right, count + (isEmpty ? 0 : held - context.left))
  }

  func accept(_ rows: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>) -> Int {
    guard count > 0 else { return 0 }
    var written = 0
    if isEmpty {
      isEmpty = false
      for _ in 0..<context.left { written += push(rows, into: output) }
    }
    for row in 0..<count {
      written += push(rows + row * inputWidth, into: output + written * outputWidth)
    }
    return written
  }

  func finish(into output: UnsafeMutablePointer<Float>) -> Int {
    var written = 0
    if !isEmpty {
      // What stands there stays as it is when rows are moved back to the front.
      let last = rows.base + (held - 1) * inputWidth
      for _ in 0..<context.right { written += push(last, into: output + written * outputWidth) }
    }
    held = 0
    isEmpty = true
    return written
  }

  /// Takes a row, and writes the one that it completes.
  private func push(_ row: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>) -> Int {
    let (frames, width) = (context.rows + 1, inputWidth)
    if held == capacity {
      rows.base.update(from: rows.base + (held - frames + 1) * width, count: (frames - 1) * width)
      held = frames - 1
    }
    (rows.base + held * width).update(from: row, count: width)
    held += 1
    guard held >= frames else { return 0 }
    apply(window.frames + held - frames, output)
    return 1
  }
}
