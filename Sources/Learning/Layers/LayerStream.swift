package import Foundations

/// A layer that runs on one utterance, frame after frame: the frozen form.
///
/// At the edges of an utterance the nearest frame is read. After ``FrameStream/finish(into:)`` the next
/// frames begin another utterance. Memory is allocated when the stream is made and not afterward, except in
/// layers that must wait for the end of an utterance.
package protocol LayerStream: FrameTransformStream, AnyObject {
  /// Input frames after its own for which an output frame waits; nil where all of the utterance is needed.
  var latencyFrames: Int? { get }

  // As in the contract; not mutating, so that a constant stream can be used.
  func accept(_ frames: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>) -> Int
  func finish(into output: UnsafeMutableBufferPointer<Float>) -> Int
}

extension LayerStream {
  /// The output frames of a whole utterance, `[frames, outputChannels]`.
  ///
  /// - Parameter frames: `[frames, inputChannels]`, all of the utterance; the stream is at its beginning.
  package func outputFrames(of frames: UnsafeBufferPointer<Float>) -> [Float] {
    let (input, channels) = (frameCount(of: frames), outputChannels)
    let capacity = maximumFrames(accepting: input) + maximumFinishFrames(accepting: input)
    // An array of capacity zero is the empty array that all threads share, and must not be written to.
    return [Float](unsafeUninitializedCapacity: max(1, capacity) * channels) { output, count in
      count = accept(frames, into: output) * channels
      count += finish(into: UnsafeMutableBufferPointer(rebasing: output[count...])) * channels
    }
  }

  /// Checks that `output` has the room that accepting `count` frames takes.
  package func requireRoom(in output: UnsafeMutableBufferPointer<Float>, accepting count: Int) {
    precondition(output.count >= maximumFrames(accepting: count) * outputChannels, "no room for the frames")
  }

  /// Checks that `output` has the room that finishing takes.
  package func requireFinishRoom(in output: UnsafeMutableBufferPointer<Float>) {
    precondition(output.count >= maximumFinishFrames * outputChannels, "no room for the frames")
  }
}
