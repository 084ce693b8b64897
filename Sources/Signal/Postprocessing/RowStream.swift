/// A streaming step from feature rows to feature rows.
///
/// Rows are `[frames, channels]`. The output depends only on the input rows, never on how these were cut into
/// calls: whole, chunked and live processing give the same bits.
///
/// A stream is the state of one utterance and belongs to one thread at a time. It allocates only when it is
/// made.
package protocol RowStream {
  /// The number of values in an input row.
  var inputChannels: Int { get }

  /// The number of values in an output row.
  var outputChannels: Int { get }

  /// The latency in input frames after the start.
  var latencyFrames: Int { get }

  /// The latency of the first output frame in input frames; at least ``latencyFrames``.
  var initialLatencyFrames: Int { get }

  /// The maximum number of rows from one ``accept(_:into:)`` of `frames` rows, whatever came before.
  func maximumOutputFrames(accepting frames: Int) -> Int

  /// The maximum number of rows from ``finish(into:)``.
  var maximumFinishFrames: Int { get }

  /// Accepts input rows and writes the output rows that they complete.
  ///
  /// - Parameters:
  ///   - rows: `[frames, inputChannels]`, any number of frames, also none.
  ///   - output: room for ``maximumOutputFrames(accepting:)`` rows; it must not overlap `rows`.
  /// - Returns: The number of rows written.
  mutating func accept(
    _ rows: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>
  ) -> Int

  /// Ends the utterance and writes the remaining rows; ``reset()`` must come before the next
  /// ``accept(_:into:)``.
  ///
  /// - Parameter output: room for ``maximumFinishFrames`` rows.
  /// - Returns: The number of rows written.
  mutating func finish(into output: UnsafeMutableBufferPointer<Float>) -> Int

  /// Returns to the state before the first row, keeping the memory.
  mutating func reset()
}

extension RowStream {
  package var initialLatencyFrames: Int { latencyFrames }

  /// The number of rows in a buffer, which must not end within a row.
  func frameCount(of rows: UnsafeBufferPointer<Float>) -> Int {
    let (frames, rest) = rows.count.quotientAndRemainder(dividingBy: inputChannels)
    precondition(rest == 0, "an incomplete row")
    return frames
  }
}
