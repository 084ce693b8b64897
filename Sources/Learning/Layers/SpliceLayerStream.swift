import Foundations

/// The streaming form of ``Splice``.
final class SpliceLayerStream: LayerStream {
  let inputWidth: Int
  let outputWidth: Int
  var latencyRows: Int? { context.right }

  // Rows between moves of the kept ones to the front of the buffer.
  private static let blockRows = 64

  private let offsets: [Int]
  private let context: FrameContext
  private let buffer: AlignedBuffer<Float>
  private let capacity: Int
  // Row 0 of the buffer is row `first` of the utterance; `seen` rows were taken and `written` written.
  private var first = 0
  private var seen = 0
  private var written = 0

  init(_ layer: Splice) {
    inputWidth = layer.inputWidth
    outputWidth = layer.outputWidth
    offsets = layer.offsets
    context = layer.context
    capacity = layer.context.rows + Self.blockRows
    buffer = AlignedBuffer<Float>(count: capacity * layer.inputWidth)
  }

  func maximumRows(accepting count: Int) -> Int { max(0, seen + count - context.right - written) }
  func maximumFinishRows(accepting count: Int) -> Int { min(context.right, seen + count) }

  func accept(_ rows: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>) -> Int {
    let start = written
    var (rows, left, output) = (rows, count, output)
    while left > 0 {
      makeRoom()
      let taken = min(left, capacity - (seen - first))
      (buffer.base + (seen - first) * inputWidth).update(from: rows, count: taken * inputWidth)
      rows += taken * inputWidth
      left -= taken
      seen += taken
      output += write(before: seen - context.right, into: output) * outputWidth
    }
    return written - start
  }

  func finish(into output: UnsafeMutablePointer<Float>) -> Int {
    let count = write(before: seen, into: output)
    (first, seen, written) = (0, 0, 0)
    return count
  }

  // Drops the rows that no later row needs, if the buffer is full.
  private func makeRoom() {
    guard seen - first == capacity else { return }
    let needed = max(first, written - context.left)
    buffer.base.update(from: buffer.base + (needed - first) * inputWidth, count: (seen - needed) * inputWidth)
    first = needed
  }

  // Writes the rows before `end` and returns their number.
  private func write(before end: Int, into output: UnsafeMutablePointer<Float>) -> Int {
    let start = written
    var output = output
    while written < end {
      for offset in offsets {
        let row = min(max(written + offset, 0), seen - 1)
        output.update(from: buffer.base + (row - first) * inputWidth, count: inputWidth)
        output += inputWidth
      }
      written += 1
    }
    return written - start
  }
}
