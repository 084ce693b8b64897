import Foundations

/// The streaming form of ``Splice``.
final class SpliceLayerStream: LayerStream {
  let inputChannels: Int
  let outputChannels: Int
  var latencyFrames: Int? { context.right }

  // Rows between moves of the kept ones to the front of the buffer.
  private static let blockRows = 64

  private let offsets: [Int]
  private let context: FrameContext
  private let buffer: AlignedBuffer<Float>
  private let capacity: Int
  // Row 0 of the buffer is row `first` of the utterance; `seen` rows were accepted and `emitted` written.
  private var first = 0
  private var seen = 0
  private var emitted = 0

  init(_ layer: Splice) {
    inputChannels = layer.inputWidth
    outputChannels = layer.outputWidth
    offsets = layer.offsets
    context = layer.context
    capacity = layer.context.rows + Self.blockRows
    buffer = AlignedBuffer<Float>(count: capacity * layer.inputWidth)
  }

  func maximumFrames(accepting count: Int) -> Int { max(0, seen + count - context.right - emitted) }
  func maximumFinishFrames(accepting count: Int) -> Int { min(context.right, seen + count) }

  func accept(_ frames: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>) -> Int {
    let count = frameCount(of: frames)
    requireRoom(in: output, accepting: count)
    guard let source = frames.baseAddress else { return 0 }
    var (accepted, written) = (0, 0)
    while accepted < count {
      makeRoom()
      let taken = min(count - accepted, capacity - (seen - first))
      (buffer.base + (seen - first) * inputChannels)
        .update(from: source + accepted * inputChannels, count: taken * inputChannels)
      accepted += taken
      seen += taken
      written += emit(before: seen - context.right, into: output, after: written)
    }
    return written
  }

  func finish(into output: UnsafeMutableBufferPointer<Float>) -> Int {
    requireFinishRoom(in: output)
    let written = emit(before: seen, into: output, after: 0)
    (first, seen, emitted) = (0, 0, 0)
    return written
  }

  // Drops rows that no later one looks back to, if the buffer is full.
  private func makeRoom() {
    guard seen - first == capacity else { return }
    let needed = max(first, emitted - context.left)
    buffer.base.update(
      from: buffer.base + (needed - first) * inputChannels, count: (seen - needed) * inputChannels)
    first = needed
  }

  private func emit(
    before end: Int, into output: UnsafeMutableBufferPointer<Float>, after written: Int
  ) -> Int {
    let start = emitted
    guard start < end, let base = output.baseAddress else { return 0 }
    var target = base + written * outputChannels
    while emitted < end {
      for offset in offsets {
        let row = min(max(emitted + offset, 0), seen - 1)
        target.update(from: buffer.base + (row - first) * inputChannels, count: inputChannels)
        target += inputChannels
      }
      emitted += 1
    }
    return emitted - start
  }
}
