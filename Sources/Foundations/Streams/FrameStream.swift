/// The state of one utterance in a step that gives frames of features, `[frames, channels]`, as its input
/// comes.
///
/// Input is samples of audio or frames, by the refining protocol; `accept` takes a piece of it of any
/// length, none included, and writes the frames that it completes. The frames that come out over the life of
/// a stream depend only on what went in, never on how it was cut into calls: whole, chunked and live input
/// give the same bits.
///
/// A stream belongs to one thread at a time. It allocates when it is made and not afterward, unless its
/// documentation states otherwise.
package protocol FrameStream: ~Copyable {
  /// Floats in an output frame.
  var outputChannels: Int { get }

  /// The maximum number of frames from accepting `count` more samples or frames.
  func maximumFrames(accepting count: Int) -> Int

  /// The maximum number of frames from ``finish(into:)`` after accepting `count` more samples or frames.
  func maximumFinishFrames(accepting count: Int) -> Int

  /// Ends the utterance and writes the remaining frames.
  ///
  /// - Parameter output: room for ``maximumFinishFrames`` frames.
  /// - Returns: The number of frames written.
  mutating func finish(into output: UnsafeMutableBufferPointer<Float>) -> Int
}

extension FrameStream where Self: ~Copyable {
  /// The maximum number of frames from ``finish(into:)`` now.
  package var maximumFinishFrames: Int { maximumFinishFrames(accepting: 0) }
}

/// A frame stream whose input is frames.
package protocol FrameTransformStream: FrameStream, ~Copyable {
  /// Floats in an input frame.
  var inputChannels: Int { get }

  /// Accepts input frames and writes the output frames that they complete.
  ///
  /// - Parameters:
  ///   - frames: `[frames, inputChannels]`, any number of frames, none included.
  ///   - output: room for ``FrameStream/maximumFrames(accepting:)`` frames; it must not overlap `frames`.
  /// - Returns: The number of frames written.
  mutating func accept(
    _ frames: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>
  ) -> Int
}

extension FrameTransformStream where Self: ~Copyable {
  /// The number of whole frames in an input buffer.
  ///
  /// - Precondition: the buffer ends with a whole frame.
  package func frameCount(of frames: UnsafeBufferPointer<Float>) -> Int {
    let (count, rest) = frames.count.quotientAndRemainder(dividingBy: inputChannels)
    precondition(rest == 0, "a buffer holds whole frames")
    return count
  }
}
