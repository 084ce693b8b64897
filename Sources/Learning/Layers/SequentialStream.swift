import Foundations

/// A chain of streams; rows pass through it in blocks, so that the buffers stay small.
package final class SequentialStream: LayerStream {
  package let inputWidth: Int
  package let outputWidth: Int
  package let latencyRows: Int?

  private static let blockRows = 64

  private let streams: [any LayerStream]
  // The output of stream i; the last has none.
  private var buffers: [AlignedBuffer<Float>]

  /// - Parameter streams: at least one.
  package init(_ streams: [any LayerStream]) {
    precondition(!streams.isEmpty)
    self.streams = streams
    inputWidth = streams[0].inputWidth
    outputWidth = streams[streams.count - 1].outputWidth
    latencyRows = streams.reduce(0 as Int?) { sum, stream in
      guard let sum, let rows = stream.latencyRows else { return nil }
      return sum + rows
    }
    buffers = streams.dropLast().map { AlignedBuffer<Float>(count: Self.blockRows * $0.outputWidth) }
  }

  package func maximumRows(accepting count: Int) -> Int {
    streams.reduce(count) { $1.maximumRows(accepting: $0) }
  }

  package func maximumFinishRows(accepting count: Int) -> Int {
    // The rows that each stream receives in total, and at most how many of them while earlier ones finish.
    var (total, atEnd) = (count, 0)
    for stream in streams {
      let (accepted, finished) = (
        stream.maximumRows(accepting: total), stream.maximumFinishRows(accepting: total)
      )
      atEnd = (atEnd == 0 ? 0 : accepted) + finished
      total = accepted + finished
    }
    return atEnd
  }

  package func accept(
    _ rows: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>
  ) -> Int {
    push(rows, count: count, from: 0, into: output)
  }

  package func finish(into output: UnsafeMutablePointer<Float>) -> Int {
    var written = 0
    for (i, stream) in streams.enumerated() {
      let target = output + written * outputWidth
      if i == streams.count - 1 {
        written += stream.finish(into: target)
      } else {
        let buffer = buffer(i, rows: stream.maximumFinishRows(accepting: 0))
        let count = stream.finish(into: buffer)
        written += push(buffer, count: count, from: i + 1, into: target)
      }
    }
    return written
  }

  // Passes rows through the streams from `index` on.
  private func push(
    _ rows: UnsafePointer<Float>, count: Int, from index: Int, into output: UnsafeMutablePointer<Float>
  ) -> Int {
    let stream = streams[index]
    if index == streams.count - 1 { return stream.accept(rows, count: count, into: output) }
    var (taken, written) = (0, 0)
    while taken < count {
      let block = min(Self.blockRows, count - taken)
      let buffer = buffer(index, rows: stream.maximumRows(accepting: block))
      let ready = stream.accept(rows + taken * stream.inputWidth, count: block, into: buffer)
      if ready > 0 {
        written += push(buffer, count: ready, from: index + 1, into: output + written * outputWidth)
      }
      taken += block
    }
    return written
  }

  // Grows only behind a stream that waits for the end of the utterance.
  private func buffer(_ index: Int, rows: Int) -> UnsafeMutablePointer<Float> {
    let needed = rows * streams[index].outputWidth
    if buffers[index].count < needed { buffers[index] = AlignedBuffer<Float>(count: needed) }
    return buffers[index].base
  }
}
