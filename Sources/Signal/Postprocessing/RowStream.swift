/// A streaming step from feature rows to feature rows.
///
/// Rows are flat and frame-major, `[frames, channels]`. The rows that come out over the life of a stream
/// depend only on the rows that went in, never on how they were cut into calls: whole, chunked and live give
/// the same bits.
///
/// A stream is the state of one utterance and belongs to one thread at a time. It allocates when it is made,
/// not afterwards.
package protocol RowStream {
  /// Floats in an input row.
  var inputChannels: Int { get }

  /// Floats in an output row.
  var outputChannels: Int { get }

  /// Input frames after its own for which an output frame waits, once the stream is under way.
  var latencyFrames: Int { get }

  /// Input frames after its own for which the first output frame waits; at least ``latencyFrames``.
  var initialLatencyFrames: Int { get }

  /// The most rows that one ``accept(_:into:)`` of `frames` rows can give, whatever came before.
  func maximumOutputFrames(accepting frames: Int) -> Int

  /// The most rows that ``finish(into:)`` can give.
  var maximumFinishFrames: Int { get }

  /// Takes input rows and writes the output rows that they complete.
  ///
  /// - Parameters:
  ///   - rows: `[frames, inputChannels]`, any number of frames, none included.
  ///   - output: room for ``maximumOutputFrames(accepting:)`` rows; it must not overlap `rows`.
  /// - Returns: The number of rows written.
  mutating func accept(
    _ rows: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>
  ) -> Int

  /// Ends the utterance and writes the rows still owed; ``reset()`` must come before the next
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

  /// The number of whole rows in a buffer; a part of a row is a programmer's error.
  func frameCount(of rows: UnsafeBufferPointer<Float>) -> Int {
    let (frames, rest) = rows.count.quotientAndRemainder(dividingBy: inputChannels)
    precondition(rest == 0, "a buffer of rows holds whole rows")
    return frames
  }
}
