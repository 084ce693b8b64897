import Foundations

/// A chain of streams; frames pass through it in blocks, so that the buffers stay small.
package final class SequentialStream: LayerStream {
  package let inputChannels: Int
  package let outputChannels: Int
  package let latencyFrames: Int?

  private static let blockFrames = 64

  private let streams: [any LayerStream]
  // The output of stream i; the last has none.
  private var buffers: [AlignedBuffer<Float>]

  /// - Parameter streams: at least one.
  package init(_ streams: [any LayerStream]) {
    precondition(!streams.isEmpty)
    self.streams = streams
    inputChannels = streams[0].inputChannels
    outputChannels = streams[streams.count - 1].outputChannels
    latencyFrames = streams.reduce(0 as Int?) { sum, stream in
      guard let sum, let frames = stream.latencyFrames else { return nil }
      return sum + frames
    }
    buffers = streams.dropLast().map { AlignedBuffer<Float>(count: Self.blockFrames * $0.outputChannels) }
  }

  package func maximumFrames(accepting count: Int) -> Int {
    streams.reduce(count) { $1.maximumFrames(accepting: $0) }
  }

  package func maximumFinishFrames(accepting count: Int) -> Int {
    // The frames that each stream receives in total, and at most how many of them while earlier ones finish.
    var (total, atEnd) = (count, 0)
    for stream in streams {
      let given = stream.maximumFrames(accepting: total)
      let owed = stream.maximumFinishFrames(accepting: total)
      atEnd = (atEnd == 0 ? 0 : given) + owed
      total = given + owed
    }
    return atEnd
  }

  package func accept(
    _ frames: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    push(frames, from: 0, into: output)
  }

  package func finish(into output: UnsafeMutableBufferPointer<Float>) -> Int {
    requireFinishRoom(in: output)
    var written = 0
    for (i, stream) in streams.enumerated() {
      let target = UnsafeMutableBufferPointer(rebasing: output[(written * outputChannels)...])
      if i == streams.count - 1 {
        written += stream.finish(into: target)
      } else {
        let buffer = buffer(i, frames: stream.maximumFinishFrames)
        let owed = stream.finish(into: buffer)
        written += push(frames(owed, of: i), from: i + 1, into: target)
      }
    }
    return written
  }

  // Passes frames through the streams from `index` on.
  private func push(
    _ frames: UnsafeBufferPointer<Float>, from index: Int, into output: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    let stream = streams[index]
    if index == streams.count - 1 { return stream.accept(frames, into: output) }
    let (count, channels) = (stream.frameCount(of: frames), stream.inputChannels)
    var (taken, written) = (0, 0)
    while taken < count {
      let piece = min(Self.blockFrames, count - taken)
      let buffer = buffer(index, frames: stream.maximumFrames(accepting: piece))
      let part = UnsafeBufferPointer(rebasing: frames[(taken * channels)..<((taken + piece) * channels)])
      let given = stream.accept(part, into: buffer)
      if given > 0 {
        let rest = UnsafeMutableBufferPointer(rebasing: output[(written * outputChannels)...])
        written += push(self.frames(given, of: index), from: index + 1, into: rest)
      }
      taken += piece
    }
    return written
  }

  // The first frames of the output of stream `index`.
  private func frames(_ count: Int, of index: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(rebasing: buffers[index].values[..<(count * streams[index].outputChannels)])
  }

  // Grows only behind a stream that waits for the end of the utterance.
  private func buffer(_ index: Int, frames: Int) -> UnsafeMutableBufferPointer<Float> {
    let needed = frames * streams[index].outputChannels
    if buffers[index].count < needed { buffers[index] = AlignedBuffer<Float>(count: needed) }
    return buffers[index].values
  }
}
