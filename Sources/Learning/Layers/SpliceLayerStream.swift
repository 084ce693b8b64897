import Foundations

/// Rows of an utterance side by side, as far back and ahead as the offsets reach.
final class SpliceLayerStream: LayerStream {
  let inputWidth: Int
  let outputWidth: Int
  var latencyRows: Int? { context.right }

  // Rows are moved to the front of the buffer once so many have gone by.
  private static let blockRows = 64

  private let offsets: [Int]
  private let context: FrameContext
  private let buffer: AlignedBuffer<Float>
  private let capacity: Int
  // The buffer's row 0 is row `first` of the utterance; `seen` rows have come and `given` have gone.
  private var first = 0
  private var seen = 0
  private var given = 0

  init(_ layer: Splice) {
    inputWidth = layer.inputWidth
    outputWidth = layer.outputWidth
    offsets = layer.offsets
    context = layer.context
    capacity = layer.context.rows + Self.blockRows
    buffer = AlignedBuffer<Float>(count: capacity * layer.inputWidth)
  }

  func maximumRows(accepting count: Int) -> Int { max(0, seen + count - context.right - given) }
  func maximumFinishRows(accepting count: Int) -> Int { min(context.right, seen + count) }

  func accept(_ rows: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>) -> Int {
    var (rows, left, output, written) = (rows, count, output, 0)
    while left > 0 {
      makeRoom()
      let taken = min(left, capacity - (seen - first))
      (buffer.base + (seen - first) * inputWidth).update(from: rows, count: taken * inputWidth)
      rows += taken * inputWidth
      left -= taken
      seen += taken
      let new = give(before: seen - context.right, into: output)
      output += new * outputWidth
      written += new
    }
    return written
  }

  func finish(into output: UnsafeMutablePointer<Float>) -> Int {
    let written = give(before: seen, into: output)
    (first, seen, given) = (0, 0, 0)
    return written
  }

  // Drops rows that no later one looks back to, if the buffer is full.
  private func makeRoom() {
    guard seen - first == capacity else { return }
    let needed = max(first, given - context.left)
    buffer.base.update(from: buffer.base + (needed - first) * inputWidth, count: (seen - needed) * inputWidth)
    first = needed
  }

  private func give(before end: Int, into output: UnsafeMutablePointer<Float>) -> Int {
    let start = given
    var output = output
    while given < end {
      for offset in offsets {
        let row = min(max(given + offset, 0), seen - 1)
        output.update(from: buffer.base + (row - first) * inputWidth, count: inputWidth)
        output += inputWidth
      }
      given += 1
    }
    return given - start
  }
}
